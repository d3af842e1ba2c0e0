import { catchError, type Observable, switchMap, throwError } from 'rxjs';
import { toBase64 } from '../../codec/base64.js';
import { authorization, type Credentials } from './credentials.js';
import { isTokenError, unrenewable } from './errors.js';
import type { Answer, RequestFunction } from '../rest/request.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { Tokens } from './tokens.js';

/** Requests that say who asks; one whose token does not hold is made once more, with a new one (RSA4b). */
export const authorizedRequest =
  (ask: RequestFunction, tokens: Tokens, clientId: string | undefined): RequestFunction =>
  (request) => {
    const asked = (credentials: Credentials): Observable<Answer> =>
      ask({
        ...request,
        headers: {
          ...request.headers,
          Authorization: authorization(credentials), // RSA11, RSA3b
          ...(clientId !== undefined && {
            'X-Ably-ClientId': toBase64(new TextEncoder().encode(clientId)),
          }), // RSA7e2
        },
      });
    const renewed$ = tokens.credentials$.pipe(switchMap(asked));
    return tokens.credentials$.pipe(
      switchMap((credentials) =>
        asked(credentials).pipe(
          catchError((error: unknown) => {
            if (credentials.type === 'key' || !(error instanceof ErrorInfo) || !isTokenError(error))
              return throwError(() => error);
            tokens.rejected(credentials.token); // another request may have had it renewed by now
            tokens.tell();
            return tokens.renewable ? renewed$ : throwError(() => unrenewable(error)); // RSA4a2
          }),
        ),
      ),
    );
  };
