import type { Command, ConnectionState } from '../../connection/state.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { AuthOptions } from './auth-options.js';
import type { TokenDetails, TokenParams } from './token.js';

/** The state of the connection that presents the tokens. */
export type Connection = ConnectionState;

/** Parameters of a token, and the way to obtain it. */
export interface TokenRequestOptions {
  readonly params: TokenParams;
  readonly options: AuthOptions;
}

/** Receives the outcome of an authorization: an Observer, without its completion. */
export interface Caller {
  readonly next: (token: TokenDetails) => void;
  readonly error: (error: ErrorInfo) => void;
}

/** A token to obtain and to present, and all that wait for its outcome: none, if the server or the clock asked for it. */
export interface Authorization {
  readonly callers: readonly Caller[];
  /** Options of its own, used once; a renewal has none, and uses the configured ones at its turn. */
  readonly own?: TokenRequestOptions;
  /** RSA10h: the identity that a renewal asks for; `null` for that of the params. */
  readonly clientId: string | null;
}

/** A token that is being obtained. The object is its identity. */
export interface PendingToken {
  readonly how: TokenRequestOptions;
  /** RSA10e: the token, where options of an authorization's own contain it. */
  readonly given?: TokenDetails | null | undefined;
}

/** An authorization whose token was presented, until the connection settles (RTC8b1). */
export interface Presented extends Authorization {
  /** `null` once it was rejected: the one that replaces it settles the authorization. */
  readonly token: TokenDetails | null;
}

/** Holds in every state. */
export interface Common {
  readonly connection: Connection;
  /** RSA10g: options of each request that brings none of its own. A new object starts new requests. */
  readonly configured: TokenRequestOptions;
  /** RSA4, RSA10a: whether tokens are presented, and not the key. */
  readonly usesTokens: boolean;
  /** RSA10k: whether the server may be asked for its time to schedule renewals. */
  readonly queriesTime: boolean;
  /** RSA16: `null` before the first token, and after the last one was rejected (RSA16d). */
  readonly token: TokenDetails | null;
  /** Text of the token that the connection presented last. */
  readonly presented: string | undefined;
  /** Authorizations that wait for their turn. */
  readonly queue: readonly Authorization[];
  readonly settling: readonly Presented[];
}

export type AuthState =
  | { readonly name: 'idle'; readonly common: Common }
  /** A token is being requested; everything that needs one waits for it (RTC8b). */
  | {
      readonly name: 'requesting';
      readonly common: Common;
      readonly current: Authorization;
      readonly pending: PendingToken;
    }
  /** AUTH was sent; the server's answer is due (RTC8a). */
  | {
      readonly name: 'presenting';
      readonly common: Common;
      readonly current: Authorization;
      readonly pending: PendingToken;
      /** As in `Presented`. */
      readonly token: TokenDetails | null;
      /** The session that AUTH was sent on. CONNECTED, in answer, replaces it. */
      readonly session: object;
    };

export type AuthEvent =
  /** RSA10a: `authorize()` was called. */
  | { readonly type: 'use tokens' }
  /** An authorization as it is configured (RTN22, RSA4b1), for `clientId` where the params name no other (RSA10h). */
  | { readonly type: 'renew'; readonly caller?: Caller; readonly clientId: string | null }
  /** `params` and `options` replace the configured ones; `clientId` is the current one (RSA10h). */
  | {
      readonly type: 'authorize';
      readonly caller: Caller;
      readonly params: TokenParams | null | undefined;
      readonly options: AuthOptions | null | undefined;
      readonly clientId: string | null;
    }
  /** The request with these options returned a token; it may be another than that of the current authorization. */
  | { readonly type: 'received'; readonly how: TokenRequestOptions; readonly token: TokenDetails }
  /** The request of the current authorization failed. */
  | { readonly type: 'failed'; readonly thrown: unknown }
  /** The server did not answer AUTH in time. */
  | { readonly type: 'unanswered'; readonly after: number }
  /** The connection is about to send this token in its handshake. */
  | { readonly type: 'presented'; readonly token: string }
  /** RSA16d: the server rejected `token`; left out, the one that the connection presented last. */
  | { readonly type: 'rejected'; readonly token: string | undefined }
  | { readonly type: 'moved'; readonly connection: Connection }
  /** The connection emitted its state: a token that it rejected is emitted after that. */
  | { readonly type: 'state emitted' }
  /** `close()` was called. */
  | { readonly type: 'close' };

export type AuthEffect =
  | Extract<Command, { readonly type: 'connect' | 'redial' | 'warned' | 'refused' }>
  /** Sends AUTH. */
  | { readonly type: 'send'; readonly token: string }
  /** Emits an error that no caller may be waiting for. */
  | { readonly type: 'report'; readonly error: ErrorInfo }
  | { readonly type: 'resolve'; readonly caller: Caller; readonly token: TokenDetails }
  | { readonly type: 'reject'; readonly caller: Caller; readonly error: ErrorInfo }
  /** Emits the token of the state to the subscribers of `tokenDetails$`, unless they have it. */
  | { readonly type: 'emit token' };
