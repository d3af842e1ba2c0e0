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
 * Runs `work` for as long as `select` keeps answering the same key, and stops it the moment it does not.
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
