import { filter, finalize, identity, type Observable, share, tap } from 'rxjs';
import { perFrame } from './per-frame.js';

/** A value of a page that many read: `get` answers at any time, and listeners are told after each change. */
export interface Store<T> {
  readonly get: () => T;
  /** Runs the source from the first listener to the last. Returns what ends it. */
  readonly subscribe: (changed: () => void) => () => void;
}

/**
 * A store of the latest value of a source that never errors. Values that come while the first listener subscribes are there
 * at once, all later ones at most once a frame. While nobody listens the source is left, and the last value stays; so it
 * does where the source has completed. `show` makes what is shown of a value, once a frame.
 */
export function storeOf<T>(source$: Observable<T>, initial: T): Store<T>;
export function storeOf<S, T>(source$: Observable<S>, initial: S, show: (value: S) => T): Store<T>;
export function storeOf<T>(source$: Observable<T>, initial: T, show: (value: T) => T = identity): Store<T> {
  let shown = show(initial);
  let isRunning = false;
  const change$ = source$.pipe(
    perFrame(() => isRunning),
    tap((value) => {
      shown = show(value);
    }),
    filter(() => isRunning),
    finalize(() => {
      isRunning = false;
    }),
    share({ resetOnComplete: false }),
  );
  return {
    get: () => shown,
    subscribe: (changed) => {
      const subscription = change$.subscribe(changed);
      isRunning = true;
      return () => {
        subscription.unsubscribe();
      };
    },
  };
}
