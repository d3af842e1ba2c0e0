import { defer, filter, map, type Observable, repeat, type SchedulerLike, take, tap, timer } from 'rxjs';
import { maxTimer } from '../base/deadline.js';

/**
 * Emits once, and completes, when nothing has been heard for `ms`. `heardAt` answers when something was last heard, on
 * the scheduler's clock: a field written per frame and read by one timer costs far less than a timer per frame. A very
 * long time is several timers. A clock that is set back makes it no longer than `ms` from then on.
 */
export const idle = (heardAt: () => number, ms: number, scheduler: SchedulerLike): Observable<void> => {
  const left = (): number => heardAt() + ms - scheduler.now(); // one sum for both: of fractions, another one may differ
  return defer(() => {
    const since = heardAt();
    const wait = Math.min(ms, Math.max(0, left()));
    const isWhole = wait <= maxTimer;
    return timer(Math.min(wait, maxTimer), scheduler).pipe(
      map(() => left() <= 0 || (isWhole && heardAt() === since)),
    );
  }).pipe(
    repeat(),
    filter((isOver) => isOver),
    take(1),
    map(() => undefined),
  );
};

/** Emits each time nothing has been heard for `ms`, counted anew from each time; never completes. */
export const idleRepeated = (heardAt: () => number, ms: number, scheduler: SchedulerLike): Observable<void> =>
  defer(() => {
    let toldAt = -Infinity;
    return idle(() => Math.max(heardAt(), toldAt), ms, scheduler).pipe(
      tap(() => (toldAt = scheduler.now())),
      repeat(),
    );
  });
