import type { Deadline } from '../../base/deadline.js';
import type { ErrorInfo } from '../wire/error-info.js';

/** RTL2: where a channel is. */
export type ChannelStateName =
  'initialized' | 'attaching' | 'attached' | 'detaching' | 'detached' | 'suspended' | 'failed';

/** What every state knows besides its name. */
interface Common {
  /** Whether somebody holds a lease, or `attach()` was called: what the reconciler steers for. */
  readonly wanted: boolean;
  /** Runs while the last lease is gone and the channel is kept all the same, or until it is detached once more (RTL5f). */
  readonly grace: Deadline | undefined;
  readonly error: ErrorInfo | undefined;
}

export type ChannelState = Common &
  /** `continues`: another process was attached (RTN16j). */
  (
    | { readonly name: 'initialized'; readonly continues?: true }
    /**
     * `request`: other options have been asked for, and not been granted yet; `again`: and others still meanwhile.
     * `unanswered`: so many DETACHs in a row that the server did not answer (RTL5f).
     */
    | {
        readonly name: 'attached';
        readonly request?: Deadline;
        readonly again?: true;
        readonly unanswered?: number;
      }
    | { readonly name: 'detached' }
    | { readonly name: 'failed' }
    /** `request` is the answer waited for, `undefined` while there is no connection to ask on. */
    | {
        readonly name: 'attaching';
        readonly request: Deadline | undefined;
        /** Attaches that failed in a row (RTB1). */
        readonly failures: number;
        /** Whether messages that nobody saw may lie behind it: it was attached, and not by choice left (RTL2f). */
        readonly continues: boolean;
        /** Whether the options have changed since they were asked for (RTL16a). */
        readonly again?: true;
        /** Whether a delta was broken since then: the answer is to what is out of date, and another ATTACH follows (RTL18c). */
        readonly broken?: true;
      }
    | {
        readonly name: 'detaching';
        readonly request: Deadline | undefined;
        readonly unanswered?: number;
        /** Whether it is not known if it is attached on this connection: whoever comes back has it attached anew. */
        readonly unsure?: true;
      }
    | {
        readonly name: 'suspended';
        readonly retry: Deadline | undefined;
        readonly failures: number;
        /** As with `attaching`: a first attach that failed has left nothing behind it. */
        readonly continues: boolean;
        /** As with `attaching`, as long as that answer may come. */
        readonly broken?: true;
      }
  );

/** What a channel's fate depends on in the connection. */
export type LinkState = 'up' | 'waiting' | 'down';

export type ChannelEvent =
  /** The first lease was taken, or `attach()` called. */
  | { readonly type: 'wanted'; readonly link: LinkState }
  /** The last lease was given back. */
  | { readonly type: 'released' }
  /** The grace is over, or `detach()` was called. */
  | { readonly type: 'unwanted'; readonly link: LinkState }
  /** Whether wish and state fit together should be looked at again. */
  | { readonly type: 'reconsidered'; readonly link: LinkState }
  /** RTL16a: the options are other ones now. */
  | { readonly type: 'reconfigured'; readonly link: LinkState }
  | { readonly type: 'link up' }
  | { readonly type: 'link interrupted' }
  | { readonly type: 'link suspended'; readonly error: ErrorInfo }
  | { readonly type: 'link closed' }
  | { readonly type: 'link failed'; readonly error: ErrorInfo }
  /** RTN11d: the connection starts anew. */
  | { readonly type: 'link renewed' }
  | {
      readonly type: 'attached';
      readonly resumed: boolean;
      readonly hasBacklog: boolean;
      readonly error: ErrorInfo | undefined;
    }
  /** RTL18c: attached, in answer to an ATTACH that did not know of a broken delta. */
  | { readonly type: 'overtaken' }
  /** `chance` (0 up to 1) is drawn where the event is made, so that the reducer can stay pure. */
  | { readonly type: 'detached'; readonly error: ErrorInfo | undefined; readonly chance: number }
  | { readonly type: 'refused'; readonly error: ErrorInfo }
  /** RTL18: a delta came that could not be undone. */
  | { readonly type: 'undecodable'; readonly error: ErrorInfo }
  /** No answer within the request timeout (RTL4f, RTL5f). `isHeld`: whether anybody holds a lease. */
  | {
      readonly type: 'unanswered';
      readonly error: ErrorInfo;
      readonly chance: number;
      readonly isHeld: boolean;
    }
  | { readonly type: 'due' };

export type ChannelEffect = 'attach' | 'detach' | 'reconsider' | 'report gap' | 'report update';
