import {
  BehaviorSubject,
  defer,
  distinctUntilChanged,
  merge,
  type Observable,
  type OperatorFunction,
  scan,
  startWith,
  Subject,
  tap,
} from 'rxjs';
import type { Reducer, Step } from '../base/table.js';
import { serialize } from './serialize.js';

/** A pipeline that watches a machine and emits further events for it. */
export type Epic<S, F, E> = (state$: Observable<S>, effect$: Observable<F>) => Observable<E>;

/**
 * Reduces events, and those that `epics` emit, to steps: one event at a time, each state before its effects. Emits the
 * initial step on subscription. Completes with the source and all epics; unsubscribing ends every epic.
 */
export function machine<S, E, F>(
  initial: S,
  reduce: Reducer<S, E, F>,
  epics: readonly Epic<S, F, E>[],
): OperatorFunction<E, Step<S, F>> {
  return (event$) =>
    defer(() => {
      const state = new BehaviorSubject(initial);
      const effect = new Subject<F>();
      const state$ = state.pipe(distinctUntilChanged());
      return merge(event$, ...epics.map((epic) => epic(state$, effect))).pipe(
        serialize(),
        scan(([current]: Step<S, F>, event: E) => reduce(current, event), [initial, []]),
        tap(([next, effects]) => {
          state.next(next);
          effects.forEach((due) => {
            effect.next(due);
          });
        }),
        startWith<Step<S, F>>([initial, []]),
      );
    });
}
