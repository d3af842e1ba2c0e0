import type { Deadline } from '../../base/deadline.js';
import type { RelayError } from '../relay-error.js';

export type { Deadline };

/** Where the subscription of a topic is, as the relay has confirmed it. */
export type TopicStateName = 'inactive' | 'pending' | 'active' | 'failed';

interface Wish {
  /** Whether somebody holds the topic; during the grace nobody does any more. */
  readonly wanted: boolean;
  readonly grace: Deadline | undefined;
}

interface Asking {
  /** Whether the relay's answer is due. */
  readonly asking: boolean;
  /** How often in a row it was asked in vain, for whatever reason: the waits grow with that. */
  readonly vain: number;
  /** The wait before it is asked again. */
  readonly retry: Deadline | undefined;
}

/** One topic. */
export type TopicState =
  | { readonly name: 'inactive' }
  /** To be subscribed to; also where nobody wants it any more, but the relay may have subscribed us all the same. */
  | (Wish &
      Asking & {
        readonly name: 'pending';
        /** Whether the relay may have subscribed us: it was asked once, and gave no answer. */
        readonly unsure: boolean;
        /** How often it was refused; too often, and it has failed. */
        readonly refusals: number;
        /** How often it has failed since it was last confirmed. */
        readonly failures: number;
        /** The subscription that there was on an earlier connection: the relay may still have it. */
        readonly id: string | undefined;
      })
  | (Wish & { readonly name: 'active'; readonly id: string })
  /** To be unsubscribed from; `wanted` where somebody wants it again meanwhile. */
  | (Asking & { readonly name: 'leaving'; readonly wanted: boolean; readonly id: string })
  /** It is not asked for by itself, and not before the wait is over. */
  | {
      readonly name: 'failed';
      readonly error: RelayError;
      readonly failures: number;
      readonly retry: Deadline | undefined;
      /** The subscription that there was before: the relay may still have it. */
      readonly id: string | undefined;
    };

export type TopicEvent =
  | { readonly type: 'wanted'; readonly up: boolean }
  /** The last lease was given back; nobody is waited for while the user has `disconnected`. */
  | { readonly type: 'released'; readonly up: boolean; readonly disconnected: boolean }
  /** The user has disconnected. */
  | { readonly type: 'disconnected'; readonly up: boolean }
  /** Not to be waited for any longer; `id` is a subscription that was not made here. */
  | { readonly type: 'unwanted'; readonly up: boolean; readonly id?: string }
  | { readonly type: 'link up' }
  | { readonly type: 'link down' }
  | { readonly type: 'confirmed'; readonly id: string }
  /** The relay did not subscribe us; `final` where it never will. */
  | { readonly type: 'refused'; readonly error: RelayError; readonly final: boolean; readonly chance: number }
  /** Whatever was asked may have been done or not, and has to be asked again. */
  | { readonly type: 'unanswered'; readonly chance: number }
  /** The relay has nothing of us any more. */
  | { readonly type: 'unsubscribed' }
  /** The wait before it is asked again is over. */
  | { readonly type: 'due' };

export type TopicEffect = 'subscribe' | 'unsubscribe';

/** The state, as users see it. */
export function nameOf(state: TopicState): TopicStateName {
  if (state.name === 'leaving') return 'inactive';
  return state.name === 'pending' && !state.wanted ? 'inactive' : state.name;
}
