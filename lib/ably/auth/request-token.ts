import {
  catchError,
  defer,
  map,
  type MonoTypeOperatorFunction,
  type Observable,
  of,
  type SchedulerLike,
  switchMap,
  throwError,
} from 'rxjs';
import { randomText } from '../../rx/clock.js';
import { timeoutFirst } from '../../rx/timeout-first.js';
import type { Command } from '../../connection/state.js';
import type { RequestFunction } from '../rest/request.js';
import type { Log } from '../../base/log.js';
import { warnFields } from '../../options/unknown-options.js';
import {
  type AuthOptions,
  authValidators,
  type CallbackParams,
  checkAuthOptions,
  isStopRetrying,
  tokenParamsOf,
  tokenRequestIn,
} from './auth-options.js';
import { callAuthCallback } from './callback.js';
import { parseKey } from './credentials.js';
import { failedToObtain, incompatible, missingWay, unrenewable, untimely } from './errors.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';
import type { ServerClock } from './server-clock.js';
import type { Connection, TokenRequestOptions } from './state.js';
import {
  capabilityText,
  type TokenDetails,
  tokenAnswerOf,
  type TokenParams,
  type TokenRequest,
  unsignedOf,
} from './token.js';

/**
 * Ways of obtaining a token besides the callback: `authUrl` and `signing`. They are values, so that a bundle contains the
 * ones it uses; `tokenAuth` throws 40000 where its options need one that it was not given.
 */
export interface TokenWays {
  /** Asks `authUrl`, and emits its answer. */
  readonly authUrl?: (
    options: AuthOptions & { readonly authUrl: string },
    params: CallbackParams,
    fetch: typeof globalThis.fetch,
  ) => Observable<unknown>;
  /** Emits a TokenRequest, signed with `key`. */
  readonly signing?: (how: TokenRequestOptions, dependencies: TokenDependencies) => Observable<TokenRequest>;
}

/** Everything that a request for a token needs. */
export interface TokenDependencies {
  readonly ways: TokenWays;
  readonly fetch: typeof globalThis.fetch;
  /** Makes requests without credentials. */
  readonly request: RequestFunction;
  readonly clock: ServerClock;
  /** RSA4c: milliseconds that a request for a token, or the server's answer to AUTH, may take. */
  readonly realtimeRequestTimeout: number;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

/** The parts of the connection that concern its credentials. */
export interface ConnectionPort {
  readonly state: { readonly value: Connection };
  readonly command: (command: Command) => void;
  readonly send: (frame: ProtocolMessage) => void;
  /** Emits errors that no caller may be waiting for. */
  readonly report: (error: ErrorInfo) => void;
  /** Subscribes to a stream for as long as the client lives. */
  readonly run: (stream$: Observable<unknown>) => void;
}

/** RSA8e, RSA9h: how a token is requested: arguments left out are as configured, and nothing is merged. Throws 40000. */
export function howOf(
  configured: TokenRequestOptions,
  given: {
    readonly params: TokenParams | null | undefined;
    readonly options: AuthOptions | null | undefined;
  },
  log: Log,
): TokenRequestOptions {
  const params = checkedTokenRequest(given, log);
  return { params: params ?? configured.params, options: given.options ?? configured.options };
}

/** Checks the arguments of a request for a token, and gives its params, where there are any. */
export function checkedTokenRequest(
  { params, options }: Parameters<typeof howOf>[1],
  log: Log,
): TokenParams | undefined {
  if (options != null) {
    checkAuthOptions(options);
    warnFields(options, authValidators, log, 'authOptions');
  }
  return params == null ? undefined : tokenParamsOf(params);
}

const needed = <T>(way: T | undefined, option: string, name: string): T => {
  if (way === undefined) throw missingWay(option, name);
  return way;
};

/** Throws 40000 where the options obtain tokens in a way that is not among `ways`. */
export function checkWays({ authCallback, authUrl, key }: AuthOptions, ways: TokenWays): void {
  if (authCallback) return;
  if (authUrl) needed(ways.authUrl, 'authUrl', 'authUrl');
  else if (key != null) needed(ways.signing, 'key', 'signing');
}

/** RSA9: emits a TokenRequest. Errors with 40000 where signing was left out of the bundle. */
export const createTokenRequest = (
  how: TokenRequestOptions,
  dependencies: TokenDependencies,
): Observable<TokenRequest> => needed(dependencies.ways.signing, 'key', 'signing')(how, dependencies);

/** RSA9: a way that signs with `key`; `macOf` emits the HMAC-SHA256 of a text under a secret, as base64. */
export const signingBy =
  (macOf: (secret: string, text: string) => Observable<string>): NonNullable<TokenWays['signing']> =>
  ({ params, options: { key, queryTime } }, { random, clock }) =>
    defer(() => {
      if (key == null)
        throw new ErrorInfo('A TokenRequest is signed with a key. Set the option "key".', {
          code: 40106,
          statusCode: 400,
        });
      const { name, secret } = parseKey(key);
      const { timestamp, nonce } = params;
      const time$ = timestamp == null ? clock.read(queryTime ?? false) : of(timestamp); // RSA9d
      return time$.pipe(
        switchMap((time) => {
          const whole = { ...params, timestamp: time, nonce: nonce ?? randomText(22, random) }; // RSA9c
          const { request, text } = unsignedOf(name, whole);
          return macOf(secret, text).pipe(map((mac) => ({ ...request, mac })));
        }),
      );
    });

/**
 * RSA8a: emits a new token. Errors with 40171 without a way to obtain one, with 40170 for an error that is not Ably's
 * (RSA4e), with StopRetrying as it is thrown; at the latest after `realtimeRequestTimeout` (RSA4c). Unsubscribing aborts
 * the callback or the request.
 */
export const requestToken = (
  how: TokenRequestOptions,
  dependencies: TokenDependencies,
): Observable<TokenDetails> => {
  const { request, realtimeRequestTimeout: timeout, scheduler } = dependencies;
  return defer(() => answerFor(how, dependencies)).pipe(
    map(tokenAnswerOf),
    switchMap((answer) =>
      'token' in answer ? of(answer) : exchange(answer, request).pipe(timed(how, dependencies.clock)),
    ),
    timeoutFirst(timeout, scheduler, () => noAnswer(how.options, timeout)),
    catchError((thrown: unknown) =>
      throwError(() => (isStopRetrying(thrown) ? thrown : failedToObtain(thrown))),
    ),
  );
};

/** TO3j2: the options of a request for a token, or, where they contain a signed one, those by which that is exchanged. */
export function exchangeFirst(how: TokenRequestOptions): TokenRequestOptions {
  const given = tokenRequestIn(how.options);
  return given ? { ...how, options: { authCallback: () => given } } : how;
}

function answerFor(how: TokenRequestOptions, dependencies: TokenDependencies): Observable<unknown> {
  const { params, options } = how;
  const { authCallback, authUrl, key } = options;
  const { ways, fetch } = dependencies;
  if (authCallback) return callAuthCallback(authCallback, callbackParamsOf(params));
  if (authUrl) {
    const ask = needed(ways.authUrl, 'authUrl', 'authUrl');
    return ask({ ...options, authUrl }, callbackParamsOf(params), fetch);
  }
  if (key == null) throw unrenewable();
  return createTokenRequest(how, dependencies);
}

/** A copy without empty fields, so that a callback may change it. */
const callbackParamsOf = (params: TokenParams): CallbackParams =>
  Object.fromEntries(
    Object.entries({ ...params, capability: capabilityText(params) }).filter(([, value]) => value != null),
  );

/** RSA8a: exchanges a TokenRequest for a token. The request is signed, and needs no credentials. */
const exchange = (tokenRequest: TokenRequest, request: RequestFunction): Observable<TokenDetails> =>
  request({
    method: 'POST',
    path: `/keys/${encodeURIComponent(tokenRequest.keyName)}/requestToken`,
    body: tokenRequest,
  }).pipe(
    map(({ content }) => {
      const details = tokenAnswerOf(content);
      if ('token' in details) return details;
      throw new TypeError('the server answered a TokenRequest with another one');
    }),
  );

/** Doubts the clock where the server refuses a time that was taken from it. */
const timed =
  <T>({ params, options }: TokenRequestOptions, clock: ServerClock): MonoTypeOperatorFunction<T> =>
  (source) =>
    source.pipe(
      catchError((thrown: unknown) => {
        if (!(thrown instanceof ErrorInfo) || thrown.code !== 40104) return throwError(() => thrown);
        const isOurs = !options.authCallback && !options.authUrl && params.timestamp == null;
        if (isOurs) clock.doubt();
        return throwError(() => untimely(thrown, isOurs));
      }),
    );

const noAnswer = ({ authCallback, authUrl }: AuthOptions, ms: number): Error =>
  new Error(
    `${authCallback ? 'the authCallback' : authUrl ? 'the authUrl' : 'the server'} did not answer within ${ms} ms.`,
  );

/** RSA15a, RSA15c: throws 40102 for a token of another clientId than `own`. */
export function checkClientId({ clientId }: TokenDetails, own: string | undefined): void {
  if (own !== undefined && clientId != null && clientId !== '*' && clientId !== own)
    throw incompatible(own, clientId);
}
