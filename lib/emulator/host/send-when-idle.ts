import { EMPTY, expand, filter, type Observable, type SchedulerLike, tap, timer } from 'rxjs';

interface Options {
  /** In ms; 0 is never. */
  readonly interval: number;
  readonly scheduler: SchedulerLike;
  /** Says something to the client. */
  readonly send: () => void;
}

/** Says something whenever nothing was said for the interval; runs while it is subscribed to. */
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
