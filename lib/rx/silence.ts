import { defer, filter, map, type Observable, repeat, type SchedulerLike, take, timer } from 'rxjs';

/**
 * Emits once, and completes, when nothing has been heard for `ms`. `heardAt` answers when something was last heard, on
 * the scheduler's clock: a field written per frame and read by one timer costs far less than a timer per frame.
 */
export const silence = (heardAt: () => number, ms: number, scheduler: SchedulerLike): Observable<void> =>
  defer(() => timer(Math.max(0, heardAt() + ms - scheduler.now()), scheduler)).pipe(
    repeat(),
    filter(() => scheduler.now() - heardAt() >= ms),
    take(1),
    map(() => undefined),
  );
