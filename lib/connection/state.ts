import type { Deadline } from '../base/deadline.js';

export type { Deadline };

/** A session as the peer's greeting describes it. `X` holds what only the protocol understands: ids, keys, limits. */
export interface Session<X = unknown> {
  /** Milliseconds of silence that the peer promises not to exceed; `undefined` where it promises nothing. */
  readonly idleAfter: number | undefined;
  /** Milliseconds for which the peer keeps the session of a client that is gone. */
  readonly keepFor: number;
  /** Error that came with the greeting, and did not prevent the connection. */
  readonly warning: Error | undefined;
  readonly extra: X;
}

/** One dial of one host. The object is the attempt's identity: while the state holds it, the socket lives. */
export interface Attempt<X = unknown> {
  readonly host: string;
  readonly resume: Session<X> | undefined;
  /** Set where the network is to be checked before another host is dialled (RTN17j). */
  readonly checkNetwork?: true;
  /** Set where `connect` made it: the user may call that in a loop. */
  readonly byUser?: true;
}

/** A stretch without a connection, however many attempts it spans. */
export interface Outage<X = unknown> {
  /** Attempts that failed since the connection was lost, or since the first one ever. */
  readonly failures: number;
  readonly error: Error;
  readonly resume: Session<X> | undefined;
  /** When the peer gives the session up; `undefined` once it has (RTN14e). */
  readonly deadline: Deadline | undefined;
  /** Set once new credentials were tried at once; the next ones are tried after a wait (RSA4b). */
  readonly renewed?: true;
}

export interface Connecting<X = unknown> {
  readonly name: 'connecting';
  readonly attempt: Attempt<X>;
  readonly outage: Outage<X> | undefined;
  /** Hosts that this round has not dialled yet. */
  readonly remainingHosts: readonly string[];
}
export interface Connected<X = unknown> {
  readonly name: 'connected';
  readonly attempt: Attempt<X>;
  readonly session: Session<X>;
  /** Whether the peer still knew the session (RTN15c6). */
  readonly resumed: boolean;
  /** The outage before this connection, until the connection is stable: a loss before that continues it. */
  readonly recentOutage: Outage<X> | undefined;
  /** Latest error that did not end the connection (RSA4c3). */
  readonly lastError?: Error;
}
export interface Waiting<X = unknown> {
  readonly name: 'disconnected' | 'suspended';
  readonly outage: Outage<X>;
  readonly retry: Rest;
}
/** The wait before the next attempt; `isAsked` where the peer asks for it. */
export interface Rest extends Deadline {
  readonly isAsked?: true;
}
/** CLOSE can be sent only once the peer has greeted; until then `closeSent` is false (RTN12f). */
export interface Closing<X = unknown> {
  readonly name: 'closing';
  readonly attempt: Attempt<X>;
  readonly closeSent: boolean;
}

export type ConnectionState<X = unknown> =
  /** `resume` is a session of an earlier process (RTN16). */
  | { readonly name: 'initialized'; readonly resume?: Session<X> }
  | Connecting<X>
  | Connected<X>
  | (Waiting<X> & { readonly name: 'disconnected' })
  | (Waiting<X> & { readonly name: 'suspended' })
  | Closing<X>
  | { readonly name: 'closed' }
  | { readonly name: 'failed'; readonly error: Error };

/** Meaning of a frame, or of the end of a socket, to the connection. */
export type Outcome<X = unknown> =
  | { readonly type: 'ready'; readonly session: Session<X> }
  /** `now`: dial again at once where that is allowed; `other host`: another host of this round first; `wait`: not yet. */
  | {
      readonly type: 'dropped';
      readonly error: Error;
      readonly next: 'now' | 'other host' | 'wait';
      /** Milliseconds that the peer asks to be left alone for; they come before any other wait. */
      readonly restFor?: number;
      /** Set where the session is not to be resumed, because it is another client's. */
      readonly anew?: true;
    }
  /** The credentials were rejected, and others may do; `final` where that fails a connection that is open. */
  | { readonly type: 'unauthorized'; readonly error: Error; readonly final: boolean }
  | { readonly type: 'refused'; readonly error: Error }
  | { readonly type: 'ended' };

/** End of an attempt or a connection that no frame announced. */
export type End =
  | {
      readonly type: 'closed';
      readonly code: number;
      readonly reason: string;
      /** Set where the socket was never open, so that no connection was lost. */
      readonly unopened?: true;
      /** Milliseconds for which the server asks to be left alone. */
      readonly retryAfter?: number;
    }
  | { readonly type: 'timed out'; readonly after: number }
  | { readonly type: 'idle'; readonly after: number }
  | { readonly type: 'dial failed'; readonly cause: unknown }
  /** The system reported that there is no network. */
  | { readonly type: 'offline' };

/** Orders of users and of the floors above. */
export type Command =
  | { readonly type: 'connect' }
  | { readonly type: 'close' }
  /** Gives a peer up that has been silent for so many milliseconds. */
  | Extract<End, { type: 'idle' }>
  /** Restarts the attempt in progress, with other credentials (RTC8b). */
  | { readonly type: 'redial' }
  /** The connection was lost by a frame that is not sent again: the loss counts for nothing. */
  | { readonly type: 'excused' }
  /** Notes an error that is no reason to hang up. */
  | { readonly type: 'warned'; readonly error: Error }
  /** Fails the connection: retrying is of no use. */
  | { readonly type: 'refused'; readonly error: Error };

export type ConnectionEvent<X = unknown> =
  | Exclude<Command, { type: 'idle' }>
  | Exclude<Outcome<X>, { type: 'dropped' | 'unauthorized' }>
  /** `chance` (0 up to 1) is drawn where the event is made, so that the reducer stays pure. */
  | (Extract<Outcome<X>, { type: 'dropped' | 'unauthorized' }> & { readonly chance: number })
  /** The system reported that the network is back. */
  | { readonly type: 'online' }
  /** The wait before the next attempt is over. */
  | { readonly type: 'due' }
  /** The outage outlived the session. */
  | { readonly type: 'expired' }
  /** The connection has lasted for `stableAfter`. */
  | { readonly type: 'stable' };

export type ConnectionEffect = { readonly type: 'send close' };
