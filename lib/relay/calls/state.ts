import type { Deadline } from '../../base/deadline.js';
import type { Policy } from './policy.js';

export type FailureReason = 'offline' | 'timeout' | 'rejected' | 'closed';

/** How one attempt failed. */
export interface AttemptFailure {
  readonly reason: FailureReason;
  readonly cause: Error | undefined;
}

/** How a call failed. */
export interface Failure extends AttemptFailure {
  readonly attempts: number;
  /** True when the relay may have done it all the same: one send at least was not refused. */
  readonly uncertain: boolean;
  /** Milliseconds since the call began. */
  readonly elapsed: number;
}

/** The data of every call that is not settled. */
export interface InFlight {
  readonly policy: Policy;
  readonly sends: number;
  /** Attempts since the last send that found no connection; they do not count once there is one. */
  readonly misses: number;
  /** Sends on this very socket that have not been refused. */
  readonly open: number;
  /** Sends that were lost with their connections; from the second loss on, the next send waits. */
  readonly losses: number;
  /** True once a socket was lost with an open send on it. */
  readonly uncertain: boolean;
  /**
   * True once the caller has withdrawn a call that the relay may have done: it goes on as before, in whichever state, and
   * is given up as soon as the relay cannot have done it.
   */
  readonly withdrawn: boolean;
  readonly deadline: Deadline;
  readonly last: AttemptFailure | undefined;
}

/** One request, from its beginning to its answer. */
export type CallState =
  | { readonly name: 'new'; readonly policy: Policy }
  /** Waits for its answer; without a `wait` it is overdue, and its last send is kept until the relay gives a sign of life. */
  | (InFlight & { readonly name: 'sent'; readonly wait: Deadline | undefined })
  /** An attempt without a connection: it is sent as soon as there is one. The last attempt waits for the deadline. */
  | (InFlight & { readonly name: 'offline'; readonly wait: Deadline | undefined })
  /** Between two attempts. */
  | (InFlight & { readonly name: 'backingOff'; readonly wait: Deadline })
  | { readonly name: 'settled' };

/** `chance` (0 up to 1) is drawn where the event is made. */
export type CallEvent =
  | { readonly type: 'begun' }
  | { readonly type: 'link up' }
  /** There is no connection, or there is none for another reason than before. */
  | { readonly type: 'link down'; readonly chance: number }
  /** The relay has given a sign of life. */
  | { readonly type: 'heard'; readonly chance: number }
  /** The relay takes no frame of this size, so that no send of it was taken. */
  | { readonly type: 'outsized'; readonly error: Error }
  | { readonly type: 'answered'; readonly result: unknown }
  /** `failed`: the relay itself broke down, perhaps after it had done it. */
  | {
      readonly type: 'refused';
      readonly error: Error;
      readonly permanent: boolean;
      readonly failed?: boolean;
      readonly chance: number;
    }
  /** The attempt, or the wait after it, is over; `silent`: nothing at all was received since the send. */
  | { readonly type: 'due'; readonly chance: number; readonly silent?: boolean }
  | { readonly type: 'expired' }
  /** The caller wants it no more; what the relay may have done stays done. */
  | { readonly type: 'withdrawn' }
  /** The client is closed. */
  | { readonly type: 'closed'; readonly error: Error };

export type CallEffect =
  | { readonly type: 'send' }
  /** Asks the relay for a sign of life. */
  | { readonly type: 'ask' }
  | { readonly type: 'resolve'; readonly result: unknown }
  | { readonly type: 'withdraw' }
  | {
      readonly type: 'reject';
      readonly failure: AttemptFailure;
      readonly attempts: number;
      readonly uncertain: boolean;
    };
