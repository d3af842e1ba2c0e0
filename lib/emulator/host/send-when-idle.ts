import { EMPTY, expand, filter, type Observable, type SchedulerLike, tap, timer } from 'rxjs';

interface Options {
  /** In ms; 0 disables it. */
  readonly interval: number;
  readonly scheduler: SchedulerLike;
  /** Sends a heartbeat or a ping. */
  readonly send: () => void;
}

/** Calls `send` whenever nothing was sent for the interval, while it is subscribed. */
export function sendWhenIdle(
  line: { readonly lastSent: number },
  { interval, scheduler, send }: Options,
): Observable<unknown> {
  if (interval === 0) return EMPTY;
  const idle = (): number => scheduler.now() - line.lastSent;
  const nextCheck = (): Observable<unknown> => timer(Math.max(1, interval - idle()), scheduler);
  return nextCheck().pipe(
    expand(nextCheck),
    filter(() => idle() >= interval),
    tap(send),
  );
}
