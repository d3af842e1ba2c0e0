import {
  distinctUntilChanged,
  EMPTY,
  map,
  type Observable,
  type OperatorFunction,
  pipe,
  switchMap,
} from 'rxjs';

/**
 * Subscribes to `work(key)` while `select` returns the same key, and unsubscribes when it returns another one or `undefined`.
 * The key is the very object waited for, never a boolean: a new wait is a new object.
 */
export function during<S, K, T>(
  select: (state: S) => K | undefined,
  work: (key: K) => Observable<T>,
): OperatorFunction<S, T> {
  return pipe(
    map(select),
    distinctUntilChanged(),
    switchMap((key) => (key === undefined ? EMPTY : work(key))),
  );
}
