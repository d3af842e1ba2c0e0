import { type MonoTypeOperatorFunction, type SchedulerLike, throwError, timeout } from 'rxjs';

/** Errors where the first value does not come within `ms` milliseconds; later values may take any time. */
export const timeoutFirst = <T>(
  ms: number,
  scheduler: SchedulerLike,
  error: () => Error,
): MonoTypeOperatorFunction<T> => timeout({ first: ms, scheduler, with: () => throwError(() => error()) });
