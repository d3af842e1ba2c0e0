import { type Observable, Subject, type Subscription } from 'rxjs';
import type { Outside } from '../rx/clock.js';
import { perFrame } from './per-frame.js';

/** A value of a page that many read: `get` answers at any time, and listeners are told after each change. */
export interface Store<T> {
  readonly get: () => T;
  /** Runs the source from the first listener to the last. Returns what ends it. */
  readonly subscribe: (changed: () => void) => () => void;
}

const here: Outside = (work) => work();

interface StoreOptions<S, T> {
  readonly source$: Observable<S>;
  /** The value before there is one. */
  readonly initial: S;
  /** Makes what is shown of the latest value, once a frame. */
  readonly show: (value: S) => T;
  readonly outside?: Outside | undefined;
}

/**
 * A store of the latest value of a source that never errors. Values that come while the first listener subscribes are there
 * at once, all later ones at most once a frame. While nobody listens the source is left, and the last value stays.
 */
export function storeOf<S, T>({ source$, initial, show, outside = here }: StoreOptions<S, T>): Store<T> {
  let shown = show(initial);
  let running: Subscription | undefined;
  const listeners = new Set<() => void>();

  const run = (): Subscription => {
    const later = new Subject<S>();
    let isStarting = true;
    let first: S | undefined;
    const subscription = later.pipe(perFrame()).subscribe((value) => {
      shown = show(value);
      for (const changed of [...listeners]) changed();
    });
    subscription.add(
      source$.subscribe((value) => {
        if (isStarting) first = value;
        else later.next(value);
      }),
    );
    isStarting = false;
    if (first !== undefined) shown = show(first);
    return subscription;
  };
  return {
    get: () => shown,
    subscribe: (changed) => {
      const listener = (): void => {
        changed();
      };
      listeners.add(listener);
      running ??= outside(run);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        running?.unsubscribe();
        running = undefined;
      };
    },
  };
}
