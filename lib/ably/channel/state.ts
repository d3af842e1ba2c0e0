import type { Deadline } from '../../base/deadline.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';

/** RTL2: where a channel is. */
export type ChannelStateName =
  'initialized' | 'attaching' | 'attached' | 'detaching' | 'detached' | 'suspended' | 'failed';

/**
 * Is the channel wanted? The one answer to that: `held` by a lease; `idle` after the last one, until the grace is over;
 * `none` before the first and after the grace; `dismissed` by `detach()` while others hold leases, who hear again if the
 * server does not confirm it; `parted` by `detach()` for good.
 */
export type Wish = 'held' | 'idle' | 'none' | 'dismissed' | 'parted';

interface Common {
  readonly wish: Wish;
  /** Runs while the last lease is gone and the channel is kept all the same, or until it is detached once more (RTL5f). */
  readonly grace: Deadline | undefined;
  readonly error: ErrorInfo | undefined;
  /** Times in a row that the server has refused it or taken it away, or that a delta could not be undone, counted until it has stayed attached for a while. */
  readonly strikes?: number;
}

/** A DETACH that the server is owed: the channel was given up, and the server may have it on this connection still. */
export interface Debt {
  /** The answer waited for; `undefined` while there is no connection to tell it on, and between two tries. */
  readonly request: Deadline | undefined;
  /** Runs before the next try. */
  readonly retry?: Deadline;
  /** DETACHs in a row that the server did not answer. */
  readonly unanswered: number;
}

/** Whether the server may have a channel that is not attached here: `possible` while it is wanted, a debt once it is not. */
export type Leftover = 'possible' | Debt;

export interface Initialized extends Common {
  readonly name: 'initialized';
  /** Messages that nobody saw may lie behind it: another process was attached (RTN16j), or it was suspended (RTN11d). */
  readonly continues?: true;
  /** Runs while a wish has to wait: the server has refused the released channel of this name, and would refuse this one. */
  readonly retry?: Deadline | undefined;
}

export interface Attaching extends Common {
  readonly name: 'attaching';
  /** The answer waited for; `undefined` while there is no connection to ask on. */
  readonly request: Deadline | undefined;
  /** Attaches that failed in a row (RTB1). */
  readonly failures: number;
  /** Whether messages that nobody saw may lie behind it: it was attached, and not by choice left (RTL2f). */
  readonly continues: boolean;
  readonly outdated?: Outdated;
  /** Runs before the next ATTACH, which the server would refuse once more. */
  readonly retry?: Deadline | undefined;
  /** A debt is paid before ATTACH is sent, so that its DETACHED is not taken for the answer. */
  readonly leftover?: Leftover | undefined;
}

export interface Attached extends Common {
  readonly name: 'attached';
  /** RTL16a: other options have been asked for, and are not granted yet. */
  readonly reconfiguring?: Reconfiguring;
  /** DETACHs in a row that the server did not answer (RTL5f). */
  readonly unanswered?: number;
  /** As in Detaching, where these were not answered. */
  readonly from?: 'unknown';
  /** Runs until its strikes are forgotten. */
  readonly probation?: Deadline;
}

/** An ATTACH under way on an attached channel. */
export interface Reconfiguring {
  readonly request: Deadline;
  /** Whether the options have changed once more since it was sent. */
  readonly again: boolean;
}

export interface Detaching extends Common {
  readonly name: 'detaching';
  readonly request: Deadline | undefined;
  readonly unanswered?: number;
  /** `unknown`: the server may or may not have it attached on this connection, so that a new lease attaches it again. */
  readonly from: 'attached' | 'unknown';
}

export interface Suspended extends Common {
  readonly name: 'suspended';
  readonly retry: Deadline | undefined;
  readonly failures: number;
  /** As in Attaching: a first attach that failed has left nothing behind it. */
  readonly continues: boolean;
  /** As in Attaching, as long as that answer may come. */
  readonly outdated?: 'delta';
  readonly leftover?: 'possible';
}

export interface Detached extends Common {
  readonly name: 'detached';
  /** Runs while a new wish has to wait: it was given up after attaches that the server has refused. */
  readonly retry?: Deadline | undefined;
  readonly leftover?: Debt;
}

export interface Failed extends Common {
  readonly name: 'failed';
  /** Runs while a new wish has to wait. */
  readonly retry?: Deadline | undefined;
}

/**
 * Why the answer to the ATTACH under way is out of date: the `options` have changed since (RTL16a), or a `delta` was
 * broken (RTL18c). Another ATTACH follows it.
 */
export type Outdated = 'options' | 'delta';

export type ChannelState = Initialized | Attaching | Attached | Detaching | Detached | Suspended | Failed;

/** The state of a channel that was never used. */
export const initialized: Initialized = {
  name: 'initialized',
  wish: 'none',
  grace: undefined,
  error: undefined,
};

/** Whether the channel is steered towards `attached`. */
export const isWanted = ({ wish }: Pick<Common, 'wish'>): boolean => wish === 'held' || wish === 'idle';

/** Whether a debt is paid before ATTACH is sent. */
export const isIndebted = (state: Attaching): state is Attaching & { readonly leftover: Debt } =>
  typeof state.leftover === 'object';

/** Whether the server knows nothing of it any more, and is owed nothing. */
export const isSettled = (state: ChannelState): boolean =>
  state.name === 'initialized' || state.name === 'failed' || (state.name === 'detached' && !state.leftover);

/** Whether the server has not answered a DETACH in time (RTL5f): there is no use in waiting for it. */
export const isStuck = (state: ChannelState): boolean =>
  state.name === 'attached'
    ? state.unanswered !== undefined
    : state.name === 'detached' && state.leftover?.retry !== undefined;

/** The connection, as far as a channel's fate depends on it. */
export type LinkState = 'up' | 'waiting' | 'down';

export interface ChannelRules {
  /** Milliseconds that the server may take to answer ATTACH and DETACH. */
  readonly requestTimeout: number;
  /** Milliseconds between the last lease and the detach; `false`: never detach by itself. */
  readonly detachGrace: number | false;
  /** RTB1: milliseconds before the `n`th retry, counted from 1. */
  readonly retry: (n: number, chance: number) => number;
  /** Milliseconds of rest after the `n`th strike, counted from 1; 0 after the first one. */
  readonly rest: (n: number, chance: number) => number;
  /** Milliseconds after which a channel that is attached has its strikes forgotten. */
  readonly stableAfter: number;
}

/** All that a step depends on besides state and event. */
export interface ChannelContext {
  readonly rules: ChannelRules;
  /** Is the link up? The one answer to that. */
  readonly link: LinkState;
}

export type ChannelEvent =
  /** A lease was taken, or `attach()` called. */
  | { readonly type: 'wanted' }
  /** The last lease was given back. */
  | { readonly type: 'released' }
  /** The grace is over. */
  | { readonly type: 'grace over' }
  /** `detach()` was called; `held`: others hold leases still. */
  | { readonly type: 'dismissed'; readonly held: boolean }
  /** Wish and state are to be compared again. */
  | { readonly type: 'reconsidered' }
  /** An ATTACHED has been taken note of, and what its subscribers asked for then has been done. */
  | { readonly type: 'confirmed' }
  /** RTL16a: the options are other ones now. */
  | { readonly type: 'reconfigured' }
  /** `resumed`: the connection is the one before. */
  /** `isTurn`: the link was up, and the released channel of the name is out of the way. */
  | { readonly type: 'link up'; readonly resumed: boolean; readonly isTurn?: true }
  | { readonly type: 'link interrupted' }
  | { readonly type: 'link suspended'; readonly error: ErrorInfo }
  | { readonly type: 'link closed' }
  | { readonly type: 'link failed'; readonly error: ErrorInfo }
  /** RTN11d: the connection starts anew. */
  | { readonly type: 'link renewed' }
  | { readonly type: 'attached'; readonly frame: ProtocolMessage }
  /** `chance` (0 up to 1) is drawn where the event is made, so that the reducer can stay pure. */
  | { readonly type: 'detached'; readonly error: ErrorInfo | undefined; readonly chance: number }
  /** The released channel of the name was refused so many times in a row. */
  | { readonly type: 'refused before'; readonly strikes: number; readonly chance: number }
  | { readonly type: 'refused'; readonly error: ErrorInfo; readonly chance: number }
  /** RTL18: a delta came that could not be undone. */
  | { readonly type: 'undecodable'; readonly error: ErrorInfo; readonly chance: number }
  /** No answer came within the request timeout (RTL4f, RTL5f). */
  | { readonly type: 'unanswered'; readonly error: ErrorInfo; readonly chance: number }
  /** The wait before a retry is over, or the probation. */
  | { readonly type: 'due' };

/** Things to do about a step, in the order in which the step names it. */
export type ChannelEffect =
  /** RTL4c */
  | 'send attach'
  /** RTL5d */
  | 'send detach'
  /** Takes note of what an ATTACHED says: serials, modes, params. */
  | 'note attached'
  /** Compares wish and state in a step of its own. */
  | 'reconsider'
  /** RTL2f, RTL12: messages may have been missed. */
  | 'report gap'
  /** The same, where anybody listens: they miss what comes from now on. */
  | 'report gap to listeners'
  /** RTL12: conditions have changed, and the state has not. */
  | 'report update'
  /** RTL2a */
  | 'report change'
  /** Presence and other features are told first of all. */
  | 'tell features'
  /** RTL15b2, RTN11d: the next attach is a fresh start. */
  | 'forget serial'
  /** RTL7i, RTAN4e: looks whether what is listened to can come at all. */
  | 'check modes'
  /** Tells that in a step of its own: a subscriber that is told of the ATTACHED may ask for other options. */
  | 'confirm later'
  /** An ATTACHED has been taken note of. */
  | 'confirm'
  /** RTL16a: options were asked for in vain. */
  | 'reject options'
  /** `attach()` holds the channel no longer. */
  | 'drop attach lease'
  /** RTL14: those who listen are told the error. */
  | 'end listeners';
