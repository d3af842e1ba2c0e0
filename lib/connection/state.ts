import type { Deadline } from '../base/deadline.js';

export type { Deadline };

/** What the peer's greeting gave us; `X` is what only the protocol understands (ids, keys, limits). */
export interface Session<X> {
  /** Milliseconds without a sign of life that the peer promises not to exceed; `undefined`: no promise. */
  readonly idleAfter: number | undefined;
  /** Milliseconds for which the peer keeps the session of a client that is gone. */
  readonly keepFor: number;
  /** What the peer had to complain of in its greeting, and let us in all the same. */
  readonly warning: Error | undefined;
  readonly extra: X;
}

/** One dial of one host. The object is the attempt's identity: while the state holds it, the socket lives. */
export interface Attempt<X> {
  readonly host: string;
  readonly resume: Session<X> | undefined;
  /** Whether the network itself is to be tried before the host is blamed (RTN17j). */
  readonly probe?: true;
}

/** A stretch without a connection, however many attempts it spans. */
export interface Outage<X> {
  /** Attempts that failed since the connection was lost, or since the first one ever. */
  readonly failures: number;
  readonly error: Error;
  readonly resume: Session<X> | undefined;
  /** When the peer gives the session up; `undefined` once it has (RTN14e). */
  readonly deadline: Deadline | undefined;
  /** Whether new credentials have been tried at once already; then the next ones come after a wait (RSA4b). */
  readonly renewed?: true;
}

export interface Connecting<X> {
  readonly name: 'connecting';
  readonly attempt: Attempt<X>;
  readonly outage: Outage<X> | undefined;
  /** Hosts that this round has not dialled yet. */
  readonly remainingHosts: readonly string[];
}
export interface Connected<X> {
  readonly name: 'connected';
  readonly attempt: Attempt<X>;
  readonly session: Session<X>;
  /** Whether the peer still knew us (RTN15c6). */
  readonly resumed: boolean;
  /** The outage just overcome, until the connection has held for a while: a loss before that is the same outage. */
  readonly recentOutage: Outage<X> | undefined;
  /** What went wrong since, and did not end the connection (RSA4c3). */
  readonly lastError?: Error;
}
export interface Waiting<X> {
  readonly name: 'disconnected' | 'suspended';
  readonly outage: Outage<X>;
  readonly retry: Deadline;
}
/** `owed` until the farewell has been said, which is possible only once the peer has greeted (RTN12f). */
export interface Closing<X> {
  readonly name: 'closing';
  readonly attempt: Attempt<X>;
  readonly farewell: 'owed' | 'said';
}

export type ConnectionState<X> =
  /** With a session of an earlier process, to go on with (RTN16). */
  | { readonly name: 'initialized'; readonly resume?: Session<X> }
  | Connecting<X>
  | Connected<X>
  | (Waiting<X> & { readonly name: 'disconnected' })
  | (Waiting<X> & { readonly name: 'suspended' })
  | Closing<X>
  | { readonly name: 'closed' }
  | { readonly name: 'failed'; readonly error: Error };

/** What a protocol makes of a frame, or of an end. */
export type Outcome<X> =
  | { readonly type: 'ready'; readonly session: Session<X> }
  /** `now`: dial again at once where that is allowed; `other host`: another host of this round first; `wait`: not yet. */
  | {
      readonly type: 'dropped';
      readonly error: Error;
      readonly next: 'now' | 'other host' | 'wait';
      /** Milliseconds for which the peer wants to be left alone, before any other wait. */
      readonly restFor?: number;
    }
  /** The credentials do not hold, and there may be better ones; `final` where an open connection ends by it for good. */
  | { readonly type: 'unauthorized'; readonly error: Error; readonly final: boolean }
  | { readonly type: 'refused'; readonly error: Error }
  | { readonly type: 'ended' };

/** How an attempt or a connection came to an end that no frame announced. */
export type End =
  | { readonly type: 'closed'; readonly code: number; readonly reason: string }
  | { readonly type: 'timed out'; readonly after: number }
  | { readonly type: 'idle'; readonly after: number }
  | { readonly type: 'undialled'; readonly cause: unknown }
  /** The system says that there is no network. */
  | { readonly type: 'offline' };

/** What users, and the floors above, ask for. */
export type Command =
  | { readonly type: 'connect' }
  | { readonly type: 'close' }
  /** An attempt under way begins again, with other credentials (RTC8b). */
  | { readonly type: 'redial' }
  /** Something went wrong that is no reason to hang up. */
  | { readonly type: 'warned'; readonly error: Error }
  /** It is of no use to go on. */
  | { readonly type: 'refused'; readonly error: Error };

export type ConnectionEvent<X> =
  | Command
  | Exclude<Outcome<X>, { type: 'dropped' | 'unauthorized' }>
  /** `chance` (0 up to 1) is drawn where the event is made, so that the reducer can stay pure. */
  | (Extract<Outcome<X>, { type: 'dropped' | 'unauthorized' }> & { readonly chance: number })
  /** The system says that the network is there again. */
  | { readonly type: 'online' }
  /** The wait before the next attempt is over. */
  | { readonly type: 'due' }
  /** The outage outlived the session. */
  | { readonly type: 'expired' }
  /** The connection has held for a while. */
  | { readonly type: 'held' };

export type ConnectionEffect = { readonly type: 'bid farewell' };
