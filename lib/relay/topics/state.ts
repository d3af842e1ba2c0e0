import type { Deadline } from '../../base/deadline.js';
import type { Link } from '../link.js';
import type { RelayError } from '../relay-error.js';

/** The state of a topic's subscription, as the relay has confirmed it. */
export type TopicStateName = 'inactive' | 'pending' | 'active' | 'failed';

/** The request that a topic needs: not sent yet, sent and not answered, or backing off before it is sent again. */
export type RequestState = 'unsent' | 'sent' | Deadline;

/** The subscription that the relay may still have of earlier requests: none, one of unknown id, or one of this id. */
export type Leftover = 'none' | 'possible' | { readonly id: string };

/** Memory of requests that failed. */
export interface Failures {
  /** Consecutive failed requests, for whatever reason; the retry delay grows with it. */
  readonly attempts: number;
  /** Refusals since it was last confirmed or has failed; too many, and it fails. */
  readonly refusals: number;
  /** Times that it has failed since it was last confirmed. */
  readonly failures: number;
}

/** One topic. A deadline in `wish` is the grace after the last lease. */
export type TopicState =
  | { readonly name: 'inactive' }
  /** Given up during the delay after a refusal; a new lease waits for the rest of it. */
  | (Failures & { readonly name: 'backingOff'; readonly request: Deadline })
  /** To be subscribed to. When unwanted, the relay may have subscribed us all the same, and has to be asked again. */
  | (Failures & {
      readonly name: 'pending';
      readonly wish: 'wanted' | Deadline | 'unwanted';
      readonly request: RequestState;
      readonly leftover: Leftover;
    })
  | { readonly name: 'active'; readonly wish: 'wanted' | Deadline; readonly id: string }
  /** To be unsubscribed from; `wanted` when somebody has taken a lease meanwhile. */
  | {
      readonly name: 'leaving';
      readonly wish: 'wanted' | 'unwanted';
      readonly request: RequestState;
      readonly attempts: number;
      readonly id: string;
    }
  /** Refused for good, or too often. Subscribed to again only for a new lease, and only after the delay. */
  | {
      readonly name: 'failed';
      readonly error: RelayError;
      readonly failures: number;
      readonly request: 'unsent' | Deadline;
      readonly leftover: Leftover;
    };

/** `chance` (0 up to 1) is drawn where the event is made. */
export type TopicEvent =
  /** A lease was taken. */
  | { readonly type: 'wanted' }
  /** The last lease was given back. */
  | { readonly type: 'released' }
  /** The grace is over, or the user has unsubscribed; `id` is a subscription of an earlier process. */
  | { readonly type: 'unwanted'; readonly id?: string | undefined }
  /** The user has disconnected. */
  | { readonly type: 'disconnected' }
  | { readonly type: 'link up' }
  | { readonly type: 'link down' }
  | { readonly type: 'confirmed'; readonly id: string }
  /** The relay did not subscribe us; `final` when it would refuse that again. */
  | { readonly type: 'refused'; readonly error: RelayError; readonly final: boolean; readonly chance: number }
  /** The request may have been carried out or not, and has to be sent again. */
  | { readonly type: 'unanswered'; readonly chance: number }
  /** The relay has no subscription of ours any more. */
  | { readonly type: 'unsubscribed' }
  /** The retry delay is over. */
  | { readonly type: 'due' };

export type TopicEffect =
  | { readonly type: 'subscribe' }
  | { readonly type: 'unsubscribe' }
  /** Ends the lease of `subscribe()`. */
  | { readonly type: 'drop subscribe lease' }
  /** Errors the subscribers of `messages$`. */
  | { readonly type: 'error subscribers'; readonly error: RelayError };

export interface TopicRules {
  /** Milliseconds that a topic stays subscribed to after its last lease; `false`: for good. */
  readonly detachGrace: number | false;
  /** Most requests after refusals. */
  readonly retries: number;
  /** Milliseconds before the `n`th retry of a request, or before a topic may be subscribed to that failed `n` times; from 1. */
  readonly retry: (n: number, chance: number) => number;
}

/** The facts outside of one topic that its reducer goes by. */
export interface TopicContext {
  readonly rules: TopicRules;
  readonly link: Link;
  /** True between the user's `disconnect()` and `connect()`: there is no grace then. */
  readonly isDisconnected: boolean;
}

/** Says whether the topic is to be subscribed to, be it for the grace only. */
export const isWanted = (state: TopicState): boolean => 'wish' in state && state.wish !== 'unwanted';

/** Says whether the relay has been told something, or is to be, that is not settled. */
export const isAtWork = ({ name }: TopicState): boolean =>
  name !== 'inactive' && name !== 'backingOff' && name !== 'failed';

/** Gives the state as users see it. */
export const nameOf = (state: TopicState): TopicStateName =>
  state.name === 'failed' || ((state.name === 'pending' || state.name === 'active') && isWanted(state))
    ? state.name
    : 'inactive';
