import { defer, filter, map, type Observable, repeat, type SchedulerLike, take, tap, timer } from 'rxjs';
import { maxTimer } from '../base/deadline.js';

/**
 * Emits once and completes after `ms` milliseconds of silence. `heardAt` returns the time of the last sound on the
 * scheduler's clock: a field written per frame and read by one timer costs far less than a timer per frame. Takes several
 * timers where `ms` exceeds the longest. A clock that is set back delays it by `ms` at most.
 */
export const idle = (heardAt: () => number, ms: number, scheduler: SchedulerLike): Observable<void> => {
  const left = (): number => heardAt() + ms - scheduler.now(); // one sum for both: another one may differ in a fraction
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

/** Emits after every `ms` milliseconds of silence, counted from the last sound or the last value; never completes. */
export const idleRepeated = (heardAt: () => number, ms: number, scheduler: SchedulerLike): Observable<void> =>
  defer(() => {
    let emittedAt = -Infinity;
    return idle(() => Math.max(heardAt(), emittedAt), ms, scheduler).pipe(
      tap(() => (emittedAt = scheduler.now())),
      repeat(),
    );
  });
