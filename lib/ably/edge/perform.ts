import { defer, firstValueFrom, type Observable } from 'rxjs';
import type { HttpContext } from '../channel/port.js';
import { http } from '../http.js';
import type { Answer, Request } from '../rest/request.js';
import { ErrorInfo } from '../wire/error-info.js';

/** The first value of `work`; rejects with an ErrorInfo. */
export const promised = <T>(work: () => Observable<T>): Promise<T> =>
  firstValueFrom(defer(work)).catch((thrown: unknown) => {
    throw ErrorInfo.of(thrown, 40000);
  });

/** The same for what changes something: the promise need not be awaited, and its rejection is reported as well. */
export function performed<T>(client: HttpContext, work: () => Observable<T>): Promise<T> {
  const done = promised(work);
  done.catch((error: unknown) => {
    client.reportError(ErrorInfo.of(error));
  });
  return done;
}

/** Asks in the client's name. */
export const ask = (client: HttpContext, request: Request): Observable<Answer> =>
  client.use(http).authorized(request);
