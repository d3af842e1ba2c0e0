import { catchError, defer, map, type Observable, of, switchMap, throwError } from 'rxjs';
import { randomText } from '../../rx/clock.js';
import { timeoutFirst } from '../../rx/timeout-first.js';
import { type AuthOptions, type CallbackParams, isStopRetrying } from './auth-options.js';
import { parseKey } from './credentials.js';
import { capabilityText, sign } from './sign.js';
import { type TokenDetails, tokenAnswerOf, type TokenParams, type TokenRequest } from './token.js';
import { failedToObtain, unrenewable } from './errors.js';
import type { RequestFunction } from '../rest/request.js';
import type { Settings } from '../client/settings.js';
import { ErrorInfo } from '../wire/error-info.js';
import { fetchFromAuthUrl } from './auth-url.js';
import { callAuthCallback } from './callback.js';
import type { ServerClock } from './server-clock.js';

/** What a token is to be, and how it is to be had. */
export interface TokenRequestOptions {
  readonly params: TokenParams;
  readonly options: AuthOptions;
}

/** What obtaining needs. */
export interface AuthDependencies {
  readonly settings: Settings;
  readonly ask: RequestFunction;
  readonly clock: ServerClock;
}

/** RSA9: emits a signed request for a token. Errors with 40106 where there is no key, with 40000 and 40005 for a bad one. */
export const createTokenRequest = (
  { params, options: { key, queryTime } }: TokenRequestOptions,
  { settings: { random }, clock }: AuthDependencies,
): Observable<TokenRequest> =>
  defer(() => {
    if (key == null)
      throw new ErrorInfo('A TokenRequest is signed with a key, and there is none. Give "key".', {
        code: 40106,
        statusCode: 400,
      });
    const { timestamp, nonce } = params;
    const time$ = timestamp == null ? clock.read(queryTime ?? false) : of(timestamp); // RSA9d
    return time$.pipe(
      map(
        (time) => sign(parseKey(key), { ...params, timestamp: time, nonce: nonce ?? randomText(22, random) }), // RSA9c
      ),
    );
  });

/**
 * RSA8a: emits a new token. Errors with 40171 where there is no way to get one, with 40170 for what is no error of Ably's
 * (RSA4e), with StopRetrying as it is thrown; at the latest after `realtimeRequestTimeout` (RSA4c). Unsubscribing gives
 * the callback or the request up.
 */
export const requestToken = (
  wish: TokenRequestOptions,
  { settings, ask, clock }: AuthDependencies,
): Observable<TokenDetails> =>
  answered(wish, { settings, ask, clock }).pipe(
    map(tokenAnswerOf),
    switchMap((answer) => ('token' in answer ? of(answer) : exchanged(answer, ask))),
    timeoutFirst(settings.realtimeRequestTimeout, settings.scheduler, () =>
      unanswered(wish.options, settings.realtimeRequestTimeout),
    ),
    catchError((thrown: unknown) =>
      throwError(() => (isStopRetrying(thrown) ? thrown : failedToObtain(thrown))),
    ),
  );

function answered(wish: TokenRequestOptions, means: AuthDependencies): Observable<unknown> {
  const { params, options } = wish;
  const { authCallback, authUrl, key } = options;
  if (authCallback) return callAuthCallback(authCallback, givenOf(params));
  if (authUrl) return fetchFromAuthUrl(authUrl, options, givenOf(params), means.settings);
  return key == null ? throwError(() => unrenewable()) : createTokenRequest(wish, means);
}

/** Without what is not wanted, and a copy: what is done to it stays there. */
const givenOf = (params: TokenParams): CallbackParams =>
  Object.fromEntries(
    Object.entries({ ...params, capability: capabilityText(params) }).filter(([, value]) => value != null),
  );

/** RSA8a: has the server make a token of a request for one. The request is signed, and needs no other credentials. */
const exchanged = (request: TokenRequest, ask: RequestFunction): Observable<TokenDetails> =>
  ask({
    method: 'POST',
    path: `/keys/${encodeURIComponent(request.keyName)}/requestToken`,
    body: request,
  }).pipe(
    map(({ content }) => {
      const details = tokenAnswerOf(content);
      if ('token' in details) return details;
      throw new TypeError('the server answered a TokenRequest with another one');
    }),
  );

const unanswered = ({ authCallback, authUrl }: AuthOptions, ms: number): Error =>
  new Error(
    `${authCallback ? 'the authCallback' : authUrl ? 'the authUrl' : 'the server'} gave no answer within ${ms} ms.`,
  );
