import { Observable } from 'rxjs';
import type { Reducer } from '../base/table.js';
import { type During, worksOf } from './during.js';
import { serialize } from './serialize.js';

/** How a machine moves. */
export interface MachineSettings<S, E, F> {
  readonly initial: S;
  readonly reduce: Reducer<S, E, F>;
  /** Events from outside. */
  readonly events: readonly Observable<E>[];
  /** Events that come of what lasts as long as a state does. */
  readonly works: readonly During<S, E>[];
  /** Performs an effect, once its state has reached the works. */
  readonly perform: (effect: F) => void;
}

/**
 * Reduces events, and those of its works, to states: one event at a time, each state before its effects. Emits the initial
 * state on subscription, then each other one once its effects are performed. Errors with its sources, and when `reduce`
 * throws; unsubscribing ends every work. All of it takes one subscription for each source that runs.
 */
export const machine = <S, E, F>({
  initial,
  reduce,
  events,
  works,
  perform,
}: MachineSettings<S, E, F>): Observable<S> =>
  new Observable((subscriber) => {
    serialize(subscriber, (join) => {
      let state = initial;
      const take = (event: E): void => {
        const before = state;
        const [next, effects] = reduce(before, event);
        state = next;
        if (state !== before) tell(state);
        for (const effect of effects) perform(effect);
        if (state !== before) subscriber.next(state);
      };
      const tell = worksOf(works, { join, first: events.length, take });
      subscriber.next(state);
      for (const [at, event$] of events.entries()) join(at, event$, take);
      tell(state);
    });
  });
