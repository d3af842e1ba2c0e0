import { catchError, defer, type Observable } from 'rxjs';
import { ServerClock } from '../auth/server-clock.js';
import type { Part } from '../channel/port.js';
import { http } from '../http.js';
import { ErrorInfo } from '../wire/error-info.js';

/**
 * RTO16: emits milliseconds since the epoch by the server's clock, which is requested once, when it is first needed; by the
 * local one where the server does not tell its time.
 */
export const serverClock: Part<Observable<number>> = (client) => {
  const clock = new ServerClock((request) => client.use(http).request(request), client.scheduler);
  let isAsked = true;
  return defer(() => clock.read(isAsked)).pipe(
    catchError((error: unknown) => {
      isAsked = false;
      client.log('warn', {
        message: 'The server did not tell its time over HTTP. The local clock dates new objects.',
        error: ErrorInfo.of(error),
      });
      return clock.read(isAsked);
    }),
  );
};
