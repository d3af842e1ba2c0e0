import type { Deadline } from '../../base/deadline.js';

export type { Deadline };

/** How long, and how often, an answer is tried for. */
export interface Policy {
  /** How often a request may be sent. */
  readonly attempts: number;
  /** Milliseconds that one attempt may take. */
  readonly wait: number;
  /** Milliseconds that all of them may take together. */
  readonly deadline: number;
  /** Milliseconds between the `n`th attempt and the next, counted from 1; `chance` is a number from 0 up to 1. */
  readonly rest: (n: number, chance: number) => number;
  /** Whether a refusal that must come again is the last word. */
  readonly failFast: boolean;
  /** Whether a request may be sent again that the relay may have answered already. */
  readonly repeatable: boolean;
}

/** What can be asked on. */
export type Link =
  | { readonly up: true }
  | {
      readonly up: false;
      /** Whether it stays so until somebody connects. */
      readonly closed: boolean;
      /** Whether the relay has refused us for good. */
      readonly refused: boolean;
      readonly error: Error | undefined;
    };

export type FailureReason = 'offline' | 'timeout' | 'rejected' | 'closed';

/** What an attempt failed by. */
export interface AttemptFailure {
  readonly reason: FailureReason;
  readonly cause: Error | undefined;
}

/** How a call failed. */
export interface Failure extends AttemptFailure {
  readonly attempts: number;
  /** Whether the relay may have done it all the same: it was sent at least once, and that was not refused. */
  readonly uncertain: boolean;
  /** Milliseconds since it began. */
  readonly elapsed: number;
}

/** What every call that is not settled has in mind. */
export interface InFlight {
  readonly policy: Policy;
  /** How often it has been sent. */
  readonly sends: number;
  /** Attempts since it was last sent that found no connection; they do not count once there is one. */
  readonly misses: number;
  /** How many of the sends on this very socket have not been refused. */
  readonly open: number;
  /** Whether a socket was lost with such a send on it. */
  readonly uncertain: boolean;
  /** Whether it is to be given up as soon as the relay cannot have done it. */
  readonly unwanted: boolean;
  readonly deadline: Deadline;
  readonly last: AttemptFailure | undefined;
}

/** One request, from its beginning to its answer. */
export type CallState =
  | { readonly name: 'new'; readonly policy: Policy }
  /** Sent; its answer is due. */
  | (InFlight & { readonly name: 'sent'; readonly wait: Deadline })
  /** An attempt without a connection: it is sent as soon as there is one. The last attempt waits for the deadline. */
  | (InFlight & { readonly name: 'adrift'; readonly wait: Deadline | undefined })
  /** Between two attempts. */
  | (InFlight & { readonly name: 'resting'; readonly wait: Deadline })
  | { readonly name: 'settled' };

export type CallEvent =
  | { readonly type: 'begun'; readonly link: Link }
  | { readonly type: 'link up' }
  | { readonly type: 'link down'; readonly link: Link & { readonly up: false } }
  | { readonly type: 'answered'; readonly result: unknown }
  /** `chance` (0 up to 1) is drawn where the event is made. */
  | { readonly type: 'refused'; readonly error: Error; readonly permanent: boolean; readonly chance: number }
  /** The attempt, or the rest after it, is over. */
  | { readonly type: 'due'; readonly link: Link; readonly chance: number }
  | { readonly type: 'expired' }
  /** Nobody wants it any more; what the relay may have done stays done. */
  | { readonly type: 'withdrawn' }
  /** The client is closed. */
  | { readonly type: 'closed'; readonly error: Error };

export type CallEffect =
  | { readonly type: 'send' }
  | { readonly type: 'resolve'; readonly result: unknown }
  | { readonly type: 'withdraw' }
  | {
      readonly type: 'reject';
      readonly trouble: AttemptFailure;
      readonly attempts: number;
      readonly uncertain: boolean;
    };
