import { Observable, type OperatorFunction } from 'rxjs';
import { type During, worksOf } from '../../lib/rx/during.js';
import { serialize } from '../../lib/rx/serialize.js';

/** Emits the values of all works, each for as long as the states of the source have its key. */
export const follow =
  <S, T>(...all: readonly During<S, T>[]): OperatorFunction<S, T> =>
  (state$) =>
    new Observable((subscriber) => {
      serialize(subscriber, (join) => {
        const take = (value: T): void => {
          subscriber.next(value);
        };
        join(0, state$, worksOf(all, { join, first: 1, take }));
      });
    });
