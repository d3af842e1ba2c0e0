import { Observable, type OperatorFunction, Subject } from 'rxjs';
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
  /** Performs the effects of a transition, once the timers know of it. */
  readonly perform: (transition: Transition<M, E, F>) => void;
}

/**
 * Runs many machines of one kind in one stream: takes one event at a time, for whichever machine, moves that machine,
 * performs the effects, and emits the transition. Events that come meanwhile wait their turn, so that a state is in place
 * before its effects are performed, and these before the next event. Emits also when nothing changed. Errors when `reduce`
 * or `perform` throws. Unsubscribing ends every timer.
 *
 * @example
 * event$.pipe(machines({ reduce, timers: deadlinesOf, perform }))
 */
export const machines =
  <M extends Machine<unknown>, E, F>({
    reduce,
    timers,
    perform,
  }: MachineKind<M, E, F>): OperatorFunction<MachineEvent<M, E>, Transition<M, E, F>> =>
  (event$) =>
    new Observable((subscriber) => {
      const changed = new Subject<Transition<M, E, F>>();
      const kept: { last?: Transition<M, E, F> } = {}; // so that V8 keeps the code that it compiled for its shapes, as in deadlines.ts
      const take = ([machine, event]: MachineEvent<M, E>): void => {
        const before = machine.state;
        const [state, effects] = reduce(before, event, machine);
        machine.state = state;
        const transition = { machine, event, before, state, effects };
        if (before !== state) changed.next(transition);
        kept.last = transition;
        perform(transition);
        subscriber.next(transition);
      };
      serialize(subscriber, (join) => {
        join(0, event$, take);
        join(1, timers(changed), take);
      });
    });
