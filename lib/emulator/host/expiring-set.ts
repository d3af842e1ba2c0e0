import {
  concatMap,
  EMPTY,
  exhaustMap,
  expand,
  Subject,
  timer,
  type Observable,
  type SchedulerLike,
} from 'rxjs';

/** A set whose items expire. */
export interface ExpiringSet<T> {
  /** Adds an item, or restarts its time. */
  readonly add: (item: T) => void;
  readonly delete: (item: T) => void;
  /** Time at which the item was added; undefined for another. */
  readonly sinceOf: (item: T) => number | undefined;
  /** Emits expired items; runs one timer while it is subscribed. */
  readonly expired$: Observable<T>;
}

/** `ttl` in ms. All items live equally long, so that the first in the map is the oldest. */
export function expiringSet<T>(ttl: number, scheduler: SchedulerLike): ExpiringSet<T> {
  const since = new Map<T, number>();
  const added$ = new Subject<void>();
  const oldestDue = (): Observable<unknown> => {
    for (const start of since.values()) return timer(Math.max(0, start + ttl - scheduler.now()), scheduler);
    return EMPTY;
  };
  const takeDue = (): T[] => {
    const due: T[] = [];
    for (const [item, start] of since) {
      if (start + ttl > scheduler.now()) break;
      due.push(item);
      since.delete(item);
    }
    return due;
  };
  return {
    add: (item) => {
      since.delete(item);
      since.set(item, scheduler.now());
      added$.next();
    },
    delete: (item) => void since.delete(item),
    sinceOf: (item) => since.get(item),
    expired$: added$.pipe(
      exhaustMap(() => oldestDue().pipe(expand(oldestDue))),
      concatMap(takeDue),
    ),
  };
}
