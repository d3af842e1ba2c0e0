import {
  concatMap,
  EMPTY,
  expand,
  type Observable,
  Subject,
  switchMap,
  timer,
  type SchedulerLike,
} from 'rxjs';
import { maxTimer } from '../../base/deadline.js';

/** A set of items, each with a time at which it is due. */
export interface Alarms<T> {
  /** Sets the time of an item, in place of an earlier one. */
  readonly set: (item: T, at: number) => void;
  readonly delete: (item: T) => void;
  /** Emits an item when it is due, once; runs one timer while it is subscribed. */
  readonly due$: Observable<T>;
}

export function alarms<T>(scheduler: SchedulerLike): Alarms<T> {
  const times = new Map<T, number>();
  const changed$ = new Subject<void>();
  let next = Infinity;
  const wait = (): Observable<unknown> => {
    next = Infinity;
    for (const at of times.values()) next = Math.min(next, at);
    if (next === Infinity) return EMPTY;
    return timer(Math.min(maxTimer, Math.max(0, next - scheduler.now())), scheduler);
  };
  const takeDue = (): T[] => {
    const now = scheduler.now();
    const due = [...times].filter(([, at]) => at <= now).map(([item]) => item);
    for (const item of due) times.delete(item);
    return due;
  };
  return {
    set: (item, at) => {
      times.set(item, at);
      if (at < next) changed$.next();
    },
    delete: (item) => {
      if (times.delete(item) && times.size === 0) changed$.next();
    },
    due$: changed$.pipe(
      switchMap(() => wait().pipe(expand(wait))),
      concatMap(takeDue),
    ),
  };
}
