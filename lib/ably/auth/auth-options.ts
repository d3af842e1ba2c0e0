import type { ObservableInput } from 'rxjs';
import type { TokenAnswer, TokenDetails } from './token.js';

/** How an `authCallback` of Node's style answers. */
export type TokenListener = (error: unknown, answer?: TokenAnswer | null) => void;

/** TK1, as a callback gets it: what is not wanted is left out, and the capability is JSON text. */
export interface CallbackParams {
  ttl?: number;
  capability?: string;
  clientId?: string;
  timestamp?: number;
  nonce?: string;
}

/**
 * AO2b: asked for a token whenever one is needed. It returns a Promise, an Observable, another ObservableInput (its first
 * value counts) or the answer itself, or returns nothing and calls `done`. `signal` aborts when nobody wants the answer
 * any more. It may throw `StopRetrying`, or an error whose `statusCode` is 403, to have the connection fail (RSA4d); any
 * other error is one attempt that failed, and the next follows after a wait (RSA4c).
 */
export type AuthCallback =
  | ((
      params: CallbackParams,
      done: TokenListener,
      signal: AbortSignal,
    ) => ObservableInput<TokenAnswer> | TokenAnswer)
  | ((params: CallbackParams, done: TokenListener, signal: AbortSignal) => void);

/** AO1: how a client proves who it is. */
export interface AuthOptions {
  /** AO2a: `appId.keyId:secret`. Over plain `ws:` it is refused but for loopback addresses (RSA1). */
  readonly key?: string | undefined;
  /** AO2h: a token string, of Ably's or a JWT. */
  readonly token?: string | undefined;
  /** AO2i: a token with its details. */
  readonly tokenDetails?: TokenDetails | undefined;
  /** AO2b */
  readonly authCallback?: AuthCallback | undefined;
  /** AO2c, RSA8c: where tokens are to be had, as `text/plain`, `application/jwt` or `application/json`. */
  readonly authUrl?: string | undefined;
  /** AO2d: `'GET'` by default; any case will do. */
  readonly authMethod?: 'GET' | 'POST' | 'get' | 'post' | undefined;
  /** AO2e: sent to `authUrl`, and to nobody else. */
  readonly authHeaders?: Readonly<Record<string, string>> | undefined;
  /** AO2f: sent to `authUrl`: in its query, or in the form of a POST. */
  readonly authParams?: Readonly<Record<string, string>> | undefined;
  /** AO2g: ask the server what time it is, once, instead of trusting the local clock. */
  readonly queryTime?: boolean | undefined;
  /** AO2j, RSA4: have tokens made with `key` and show those, so that the key itself never leaves. */
  readonly useTokenAuth?: boolean | undefined;
}

/** To be thrown by an `authCallback` when asking again is of no use: the connection fails at once. */
export class StopRetrying extends Error {
  constructor(message = 'The authCallback asked not to be asked again.', options?: ErrorOptions) {
    super(message, options);
    this.name = 'StopRetrying';
  }
}

/** By name: it may come from the package's other format. */
export const isStopRetrying = (thrown: unknown): boolean =>
  thrown instanceof Error && thrown.name === 'StopRetrying';
