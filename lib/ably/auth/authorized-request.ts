import { catchError, type Observable, switchMap, tap, throwError } from 'rxjs';
import { type Answer, forgetAnswer, type RequestFunction } from '../rest/request.js';
import { ErrorInfo } from '../wire/error-info.js';
import { authorization, type Credentials, type CredentialsSource } from './credentials.js';
import { isTokenError } from './errors.js';

/** Adds credentials to requests. Repeats one whose token was rejected, once, with a new token (RSA4b). */
export const authorizedRequest =
  (request: RequestFunction, source: Pick<CredentialsSource, 'credentials$' | 'rejected'>): RequestFunction =>
  (given) => {
    const send = (credentials: Credentials): Observable<Answer> =>
      request({
        ...given,
        headers: {
          ...given.headers,
          Authorization: authorization(credentials), // RSA11, RSA3b
        },
      });
    const credentials$ = source.credentials$.pipe(tap({ error: forgetAnswer }));
    const attempt = (mayRepeat: boolean): Observable<Answer> =>
      credentials$.pipe(
        switchMap((credentials) =>
          send(credentials).pipe(
            catchError((error: unknown) => {
              if (credentials.type === 'key' || !(error instanceof ErrorInfo) || !isTokenError(error))
                return throwError(() => error);
              const final = source.rejected(error, credentials.token); // no effect where another request has renewed it
              return mayRepeat && !final ? attempt(false) : throwError(() => final ?? error); // RSA4a2
            }),
          ),
        ),
      );
    return attempt(true);
  };
