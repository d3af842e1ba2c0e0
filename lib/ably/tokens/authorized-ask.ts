import { catchError, defer, type Observable, switchMap, throwError } from 'rxjs';
import { toBase64 } from '../../codec/base64.js';
import { authorization } from '../auth/credentials.js';
import { isTokenError, unrenewable } from '../auth/token-error.js';
import type { Ask } from '../rest/request.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { Tokens } from './tokens.js';

/** Requests that say who asks; one whose token does not hold is made once more, with a new one (RSA4b). */
export const authorizedAsk =
  (ask: Ask, tokens: Tokens, clientId: string | undefined): Ask =>
  (request) => {
    const asked = (): Observable<unknown> =>
      tokens.credentials$.pipe(
        switchMap((credentials) =>
          ask({
            ...request,
            headers: {
              ...request.headers,
              Authorization: authorization(credentials), // RSA11, RSA3b
              ...(clientId !== undefined && {
                'X-Ably-ClientId': toBase64(new TextEncoder().encode(clientId)),
              }), // RSA7e2
            },
          }),
        ),
      );
    return defer(asked).pipe(
      catchError((error: unknown) => {
        if (!tokens.inUse || !(error instanceof ErrorInfo) || !isTokenError(error))
          return throwError(() => error);
        tokens.rejected();
        return tokens.renewable ? asked() : throwError(() => unrenewable(error)); // RSA4a2
      }),
    );
  };
