import { defer, map, merge, type Observable, type OperatorFunction, Subject, tap } from 'rxjs';
import type { Step } from '../base/table.js';
import { serialize } from './serialize.js';

/** One of many machines of a kind: an object that holds its state, which `machines` alone replaces. */
export interface Machine<S> {
  state: S;
}

/** An event, and the machine whose event it is. */
export type MachineEvent<M, E> = readonly [machine: M, event: E];

/** One step of one machine. `machine.state` is the state that it is in later on. */
export interface Transition<M extends Machine<unknown>, E, F> {
  readonly machine: M;
  readonly event: E;
  readonly before: M['state'];
  readonly state: M['state'];
  readonly effects: readonly F[];
}

/** How machines of one kind move. */
export interface MachineKind<M extends Machine<unknown>, E, F> {
  readonly reduce: (state: M['state'], event: E, machine: M) => Step<M['state'], F>;
  /** Makes further events of transitions that changed a state: timers that live as long as a state does. */
  readonly timers: (transition$: Observable<Transition<M, E, F>>) => Observable<MachineEvent<M, E>>;
}

/**
 * Runs many machines of one kind in one stream: takes one event at a time, for whichever machine, moves that machine, and
 * emits the transition, whose effects the subscriber performs. Events that come meanwhile wait their turn, so that a state
 * is in place before its effects are performed, and these before the next event. Emits also when nothing changed. Errors
 * when `reduce` throws. Unsubscribing ends every timer.
 *
 * @example
 * event$.pipe(
 *   machines({ reduce, timers: deadlinesOf }),
 *   tap(({ machine, effects }) => effects.forEach((effect) => perform(effect, machine))),
 * )
 */
export const machines =
  <M extends Machine<unknown>, E, F>({
    reduce,
    timers,
  }: MachineKind<M, E, F>): OperatorFunction<MachineEvent<M, E>, Transition<M, E, F>> =>
  (event$) =>
    defer(() => {
      const changed = new Subject<Transition<M, E, F>>();
      return merge(event$, timers(changed)).pipe(
        serialize(),
        map(([machine, event]): Transition<M, E, F> => {
          const before = machine.state;
          const [state, effects] = reduce(before, event, machine);
          machine.state = state;
          return { machine, event, before, state, effects };
        }),
        tap((transition) => {
          if (transition.before !== transition.state) changed.next(transition);
        }),
      );
    });
