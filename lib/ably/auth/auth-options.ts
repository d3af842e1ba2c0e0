import type { ObservableInput } from 'rxjs';
import {
  callable,
  flag,
  identity,
  isObject,
  isText,
  type Validator,
  type Validators,
  text,
} from '../../options/validators.js';
import { unknownField } from '../../options/unknown-options.js';
import { check } from '../check-options.js';
import { ErrorInfo } from '../wire/error-info.js';
import { parseKey } from './credentials.js';
import type { TokenAnswer, TokenDetails, TokenParams, TokenRequest } from './token.js';

/** Node-style callback by which an `authCallback` may answer: an error, or `null` and the token. The first call counts. */
export type TokenListener = (error: unknown, answer?: TokenAnswer | null) => void;

/** TK1: TokenParams as an `authCallback` gets them: without empty fields, and with the capability as JSON text. */
export interface CallbackParams {
  /** TK2a: milliseconds */
  ttl?: number;
  /** TK2b: JSON text */
  capability?: string;
  /** TK2c: the identity that the token has to have, or `'*'` for any. */
  clientId?: string;
  /** TK2d: milliseconds since the epoch */
  timestamp?: number;
  /** TK2e */
  nonce?: string;
}

/**
 * AO2b: asked for a token whenever one is needed. It returns a Promise, an Observable, another ObservableInput (its first
 * value counts) or the answer itself, or returns nothing and calls `done`. `signal` aborts when the answer is not needed
 * any more. It may throw `StopRetrying`, or an error whose `statusCode` is 403, to have the connection fail (RSA4d); any
 * other error is one failed attempt, and the next follows after a wait (RSA4c); so is no answer within
 * `realtimeRequestTimeout` milliseconds.
 *
 * @example
 * ```ts
 * const authCallback: AuthCallback = async (params, done, signal) => {
 *   const response = await fetch('/token', { method: 'POST', body: JSON.stringify(params), signal });
 *   if (response.status === 401) throw new StopRetrying('Log in again.');
 *   return response.text();
 * };
 * ```
 */
export type AuthCallback =
  | ((
      params: CallbackParams,
      done: TokenListener,
      signal: AbortSignal,
    ) => ObservableInput<TokenAnswer> | TokenAnswer)
  | ((params: CallbackParams, done: TokenListener, signal: AbortSignal) => void);

/** Texts by name; numbers and booleans become texts (RTC1f). */
type Texts = Readonly<Record<string, string | number | boolean>>;

/** AO1: how a client authenticates. */
export interface AuthOptions {
  /** AO2a: `appId.keyId:secret`. Over plain `ws:` it is refused but for loopback addresses (RSA1). */
  readonly key?: string | undefined;
  /** AO2h: an Ably token or a JWT, as its text or with its details; or a signed request for one, which is used once. */
  readonly token?: TokenAnswer | undefined;
  /** AO2i: a token with its details. */
  readonly tokenDetails?: TokenDetails | undefined;
  /** AO2b: returns a new token whenever one is needed. */
  readonly authCallback?: AuthCallback | undefined;
  /**
   * AO2c, RSA8c: URL that answers with a token, as `text/plain`, `application/jwt` or `application/json`. Redirects to
   * another origin are refused, in browsers all.
   */
  readonly authUrl?: string | undefined;
  /** AO2d: method of the request to `authUrl`; `'GET'` by default, in any case. */
  readonly authMethod?: 'GET' | 'POST' | 'get' | 'post' | undefined;
  /** AO2e: headers of the request to `authUrl`, and of no other. */
  readonly authHeaders?: Texts | undefined;
  /** AO2f: sent to `authUrl`, in its query, or in the form of a POST. */
  readonly authParams?: Texts | undefined;
  /**
   * Whether the request to `authUrl`, and no other, takes the page's cookies with it, as fetch names it: `'include'` also
   * to another origin. The platform's own choice by default.
   */
  readonly authCredentials?: 'omit' | 'same-origin' | 'include' | undefined;
  /** AO2g: ask the server for its time, once, instead of trusting the local clock. */
  readonly queryTime?: boolean | undefined;
  /** AO2j, RSA4: request tokens with `key` and present those, so that the key itself never leaves. */
  readonly useTokenAuth?: boolean | undefined;
}

/** An `authCallback` throws it where asking again is of no use: the connection fails at once. */
export class StopRetrying extends Error {
  constructor(message = 'The authCallback asked not to be asked again.', options?: ErrorOptions) {
    super(message, options);
    this.name = 'StopRetrying';
  }
}

/** Compares names: the error may come from the package's other format. */
export const isStopRetrying = (thrown: unknown): boolean =>
  thrown instanceof Error && thrown.name === 'StopRetrying';

/** RSA4: whether tokens are presented, and not the key. */
export const usesTokens = ({
  useTokenAuth,
  authCallback,
  authUrl,
  token,
  tokenDetails,
}: AuthOptions): boolean => useTokenAuth ?? Boolean(authCallback ?? authUrl ?? token ?? tokenDetails);

/** RSA4a: whether there is a way to obtain another token. */
export const canRenew = ({ authCallback, authUrl, key }: AuthOptions): boolean =>
  Boolean(authCallback ?? authUrl ?? key);

/** RSA10e: the token that the options contain. */
export function tokenIn({ token, tokenDetails }: AuthOptions): TokenDetails | null {
  if (tokenDetails) return tokenDetails;
  if (token == null || typeof token === 'string') return token == null ? null : { token };
  return 'token' in token ? token : null;
}

/** TO3j2: the signed request for a token that the options contain in the place of one. */
export const tokenRequestIn = ({ token, tokenDetails }: AuthOptions): TokenRequest | undefined =>
  !tokenDetails && typeof token === 'object' && !('token' in token) ? token : undefined;

/** The options without the token that they contain: only a new one will do. */
export const withoutToken = ({ token: _, tokenDetails: __, ...options }: AuthOptions): AuthOptions => options;

const texts: Validator = [
  (value) =>
    isObject(value) && Object.values(value).every((one) => /^(?:string|number|boolean)$/.test(typeof one)),
  'an object of strings, numbers or booleans',
];
const isToken = (value: unknown): boolean =>
  isText(value) ||
  (isObject(value) && (isText(value['token']) || (isText(value['keyName']) && isText(value['mac']))));

export const authValidators: Validators<keyof AuthOptions> = {
  key: text,
  token: [isToken, 'a token string, TokenDetails or a TokenRequest'],
  tokenDetails: [(value) => isObject(value) && isText(value['token']), 'an object with a "token"'],
  authCallback: callable,
  authUrl: [
    (value) =>
      isText(value) &&
      (/^https?:/i.test(value) || !/^[a-z][\w+.-]*:/i.test(value)) &&
      !/^(?:https?:[/\\]*|[/\\]{2,})[^/\\?#]*@/i.test(value),
    'a URL that begins with https: or http:, without user and password (fetch refuses them; use "authHeaders")',
  ],
  authMethod: [(value) => isText(value) && /^(get|post)$/i.test(value), "'GET' or 'POST'"],
  authHeaders: texts,
  authParams: texts,
  authCredentials: [
    (value) => value === 'omit' || value === 'same-origin' || value === 'include',
    "'omit', 'same-origin' or 'include'",
  ], // not by a function: bundlers leave out what calls none
  queryTime: flag,
  useTokenAuth: flag,
};

const time: Validator = [
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  'a whole number of milliseconds',
];
const paramValidators: Validators<keyof TokenParams> = {
  ttl: time,
  capability: [isCapability, 'an object of arrays of operations by channel name, or the JSON text of one'],
  clientId: identity,
  timestamp: time,
  nonce: identity,
};

function isCapability(value: unknown): boolean {
  try {
    const read: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return isObject(read) && Object.values(read).every(Array.isArray);
  } catch {
    return false;
  }
}

/** Throws an ErrorInfo that names the invalid one of the AuthOptions (AO2), and repeats none of their values. */
export function checkAuthOptions(options: AuthOptions): void {
  check(options, authValidators, 'authOptions');
  if (isText(options.key)) parseKey(options.key);
}

/**
 * TK2: the TokenParams, also those of an object of a class, as a plain object. Throws an ErrorInfo that names the invalid one,
 * one that there is not, and a capability that is there and empty: the token would permit all that the key does.
 */
export function tokenParamsOf(params: TokenParams, name = 'tokenParams'): TokenParams {
  check(params, paramValidators, name, `${name}.`);
  const unknown = unknownField(params, paramValidators, name);
  if (unknown !== undefined) throw new ErrorInfo(unknown, { code: 40000 });
  if ('capability' in params && params.capability == null)
    throw new ErrorInfo(
      `${name}.capability is ${String(params.capability)}, and the token would permit all that its key does. Leave the field out for that, or name the operations.`,
      { code: 40000 },
    );
  const found: Record<string, unknown> = {};
  for (const field in paramValidators) if (field in params) found[field] = params[field as keyof TokenParams];
  return found;
}

/** RSC1b, RSA14: throws 40106 where the options contain no credentials and no way to obtain any. */
export function checkAuthMethod(options: AuthOptions): void {
  const { key, token, tokenDetails, useTokenAuth } = options;
  if (usesTokens(options) ? (token ?? tokenDetails ?? canRenew(options)) : key) return;
  const missing =
    useTokenAuth === false
      ? 'Set "key", or leave "useTokenAuth: false" out.'
      : 'Set "key", "token", "tokenDetails", "authUrl" or "authCallback".';
  throw new ErrorInfo(`The client has no credentials. ${missing}`, { code: 40106, statusCode: 400 });
}

/** AO1: the AuthOptions among a client's options, checked. */
export function authOptionsOf(options: AuthOptions): AuthOptions {
  checkAuthOptions(options);
  checkAuthMethod(options);
  const found: Record<string, unknown> = {};
  for (const name in authValidators) found[name] = options[name as keyof AuthOptions];
  return found;
}

/** RSA7d, RSA7a4: the checked defaults, without a timestamp and a nonce, which are for one request only (TK2d). */
export function defaultParamsOf(
  defaultTokenParams: TokenParams | null | undefined,
  clientId?: string,
): TokenParams {
  const {
    timestamp: _,
    nonce: __,
    ...params
  } = tokenParamsOf(defaultTokenParams ?? {}, 'defaultTokenParams');
  return { ...params, ...(clientId !== undefined && { clientId }) };
}
