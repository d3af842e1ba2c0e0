import { type Reducer, reducerOf } from '../../base/table.js';
import {
  type ChannelContext,
  type ChannelEffect,
  type ChannelEvent,
  type ChannelState,
  isWanted,
} from './state.js';
import {
  arrive,
  attach,
  attachWanted,
  configured,
  confirm,
  detach,
  detached,
  dismiss,
  fail,
  giveUp,
  idle,
  keep,
  leave,
  leaveAgain,
  optionsUnanswered,
  part,
  pause,
  reattach,
  reconfigure,
  recover,
  release,
  renew,
  rest,
  start,
  stay,
  still,
  stop,
  suspend,
  unwant,
  update,
} from './transitions.js';

const asleep = {
  wanted: start,
  released: release,
  'grace over': (state: ChannelState) => still(unwant(state)),
  dismissed: (state: ChannelState, event: ChannelEvent & { readonly type: 'dismissed' }) =>
    still(dismiss(state, event)),
  'link up': attachWanted,
  'link renewed': renew,
};

/** One channel's machine. What is wanted is held against what is; a request under way is never overtaken by another. */
export const reduceChannel: Reducer<ChannelState, ChannelEvent, ChannelEffect, ChannelContext> = reducerOf<
  ChannelState,
  ChannelEvent,
  ChannelEffect,
  ChannelContext
>({
  initialized: asleep,
  attaching: {
    wanted: keep, // RTL4h
    released: release,
    'grace over': (state, _, context) => giveUp(state, unwant(state), context),
    dismissed: (state, event, context) => giveUp(state, dismiss(state, event), context),
    reconfigured: (state) =>
      still(state.request && !state.outdated ? { ...state, outdated: 'options' } : state), // RTL16a
    'link up': (state, event, context) => (state.request ? still(state) : reattach(state, event, context)), // RTN19b; not what was asked on this link, by a handler that heard of it first
    'link interrupted': (state) => still({ ...state, request: undefined }), // RTL3e
    'link suspended': pause,
    'link closed': stop,
    'link failed': fail, // RTL3a
    attached: arrive,
    detached: suspend, // RTL13b
    refused: fail, // RTL14
    unanswered: (state, event, context) =>
      isWanted(state) || !state.continues
        ? suspend(state, event, context) // RTL4f
        : detach(state, context, state, 'unknown'), // RTL5i, as it may still be attached there
  },
  attached: {
    wanted: keep, // RTL4a
    released: release,
    'grace over': (state, _, context) => part(state, unwant(state), context),
    dismissed: (state, event, context) => part(state, dismiss(state, event), context),
    reconsidered: (state, _, context) =>
      isWanted(state) ? still(state) : leave(state, context, unwant(state)),
    confirmed: confirm,
    reconfigured: reconfigure,
    unanswered: optionsUnanswered,
    'link up': reattach,
    'link interrupted': (state) =>
      isWanted(state) ? still(configured(state)) : idle(state, 'detached', unwant(state)), // RTL5l
    'link suspended': pause,
    'link closed': stop,
    'link failed': fail,
    attached: update,
    detached: (state, { error }, context) =>
      isWanted(state) ? attach(state, context, state, error) : idle(state, 'detached', state, error), // RTL13a
    undecodable: recover, // RTL18c
    refused: fail,
  },
  detaching: {
    wanted: keep, // RTL4h
    released: release,
    'grace over': (state) => still(unwant(state)), // RTL5i
    dismissed: (state, event) => still(dismiss(state, event)), // RTL5i
    confirmed: confirm,
    'link up': (state, _, context) =>
      state.request ? still(state) : detach(state, context, state, 'unknown'), // RTN19b
    'link interrupted': (state) => still({ ...state, request: undefined }),
    'link suspended': stop,
    'link closed': stop,
    'link failed': stop,
    attached: leaveAgain,
    detached,
    refused: fail,
    unanswered: stay, // RTL5f
  },
  detached: {
    ...asleep,
    reconsidered: (state, event, context) => (isWanted(state) ? start(state, event, context) : still(state)),
    attached: leaveAgain,
  },
  suspended: {
    wanted: start,
    released: release,
    'grace over': (state) => idle(state, 'detached', unwant(state)), // RTL5j
    dismissed: (state, event) => idle(state, 'detached', dismiss(state, event)), // RTL5j
    'link up': reattach, // RTL3d
    'link interrupted': rest, // RTL13c
    'link closed': rest,
    'link renewed': renew,
    attached: arrive, // the answer came after the request was given up
    detached: (state, { error }, context) => attach(state, context, state, error), // RTL13a
    due: reattach, // RTL13b
    refused: fail,
  },
  failed: asleep, // RTL4g
});
