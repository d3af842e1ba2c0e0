import { defer, filter, mergeMap, type Observable, type OperatorFunction, takeUntil, tap } from 'rxjs';
import { Route } from './route.js';

/** One of many machines moved. */
export interface Move<S> {
  readonly before: S;
  readonly state: S;
}

/**
 * `during`, for many machines in one stream: runs `work` for as long as a machine's state answers the same key, and stops
 * it the moment it does not. A machine that answers no key costs nothing but the question.
 */
export function duringEach<M extends Move<unknown>, K extends object, T>(
  select: (state: M['state']) => K | undefined,
  work: (move: M, key: K) => Observable<T>,
): OperatorFunction<M, T> {
  return (move$) =>
    defer(() => {
      const over = new Route<K, void>();
      const stop = ({ before, state }: M): void => {
        const key = select(before);
        if (key !== undefined && key !== select(state)) over.next(key, undefined);
      };
      const starts = ({ before, state }: M): boolean => {
        const key = select(state);
        return key !== undefined && key !== select(before);
      };
      return move$.pipe(
        tap(stop),
        filter(starts),
        mergeMap((move) => {
          const key = select(move.state) as K; // `starts` has seen to it
          return work(move, key).pipe(takeUntil(over.of(key)));
        }),
      );
    });
}
