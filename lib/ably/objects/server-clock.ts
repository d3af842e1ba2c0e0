import { catchError, defer, map, type Observable, of, ReplaySubject, share } from 'rxjs';
import type { Part } from '../channel/port.js';
import { http } from '../http.js';
import { serverTime } from '../rest/server-time.js';
import { ErrorInfo } from '../wire/error-info.js';

/**
 * RTO16: emits milliseconds since the epoch by the server's clock, which is requested once, when it is first needed; by the
 * local one where the server does not tell its time.
 */
export const serverClock: Part<Observable<number>> = (client) => {
  const now = (): number => client.scheduler.now();
  const offset$ = defer(() => serverTime(client.use(http).request)).pipe(
    map((time) => time - now()),
    catchError((error: unknown) => {
      client.log('warn', {
        message: 'The server did not tell its time over HTTP. The local clock dates new objects.',
        error: ErrorInfo.of(error),
      });
      return of(0);
    }),
    // the one answer is kept for as long as the client
    share({ connector: () => new ReplaySubject(1), resetOnComplete: false, resetOnRefCountZero: false }),
  );
  return offset$.pipe(map((offset) => Math.round(now() + offset)));
};
