import { type Reducer, reducerOf } from '../../base/table.js';
import {
  type ChannelContext,
  type ChannelEffect,
  type ChannelEvent,
  type ChannelState,
  isIndebted,
  isWanted,
} from './state.js';
import {
  abandon,
  askAgain,
  detach,
  detached,
  forgetDebt,
  giveUp,
  interrupt,
  leave,
  leaveAgain,
  part,
  pause,
  payAgain,
  payLater,
  refuseAttach,
  resume,
  stay,
  stayFor,
  suspendRequest,
} from './leaving.js';
import {
  arrive,
  attach,
  attachWanted,
  configured,
  confirm,
  dismiss,
  fail,
  inherit,
  forgive,
  idle,
  keep,
  lose,
  optionsUnanswered,
  reattach,
  reconfigure,
  recover,
  refuse,
  release,
  renew,
  rest,
  start,
  still,
  stop,
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
  initialized: {
    ...asleep,
    attached: leaveAgain, // as RTL5k: by an ATTACH of a released one
    refused: refuse,
    'refused before': inherit,
    due: rest,
  },
  attaching: {
    wanted: keep, // RTL4h
    released: release,
    'grace over': (state, _, context) => giveUp(state, unwant(state), context),
    dismissed: (state, event, context) => giveUp(state, dismiss(state, event), context),
    reconfigured: (state) =>
      still(state.request && !state.outdated ? { ...state, outdated: 'options' } : state), // RTL16a
    'link up': askAgain, // RTN19b
    'link interrupted': suspendRequest, // RTL3e
    'link suspended': pause,
    'link closed': stop,
    'link failed': fail, // RTL3a
    attached: (state, event, context) => (isIndebted(state) ? still(state) : arrive(state, event, context)),
    detached: refuseAttach, // RTL13b
    refused: refuse, // RTL14
    unanswered: refuseAttach, // RTL4f
    due: (state, event, context) => (state.retry ? reattach(state, event, context) : still(state)),
  },
  attached: {
    wanted: stayFor, // RTL4a
    released: release,
    'grace over': (state, _, context) => part(state, unwant(state), context),
    dismissed: (state, event, context) => part(state, dismiss(state, event), context),
    reconsidered: (state, _, context) =>
      isWanted(state) ? still(state) : leave(state, context, unwant(state)),
    confirmed: confirm,
    reconfigured: reconfigure,
    unanswered: optionsUnanswered,
    'link up': reattach,
    'link interrupted': (state, _, context) =>
      isWanted(state) ? still(configured(state)) : abandon(state, context, unwant(state)), // RTL5l
    'link suspended': pause,
    'link closed': stop,
    'link failed': fail,
    attached: update,
    detached: (state, event, context) =>
      isWanted(state) ? lose(state, event, context) : idle(state, 'detached', state, event.error), // RTL13a
    undecodable: recover, // RTL18c
    refused: refuse,
    due: forgive,
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
    'link suspended': (state, _, context) => abandon(state, context),
    'link closed': stop,
    'link failed': stop,
    attached: leaveAgain,
    detached,
    refused: refuse,
    unanswered: stay, // RTL5f
  },
  detached: {
    ...asleep,
    reconsidered: (state, event, context) => (isWanted(state) ? start(state, event, context) : still(state)),
    'link up': resume,
    'link interrupted': interrupt,
    'link closed': forgetDebt,
    'link failed': forgetDebt,
    attached: leaveAgain,
    detached: forgetDebt,
    refused: refuse, // RTL14
    unanswered: payLater,
    due: payAgain,
  },
  suspended: {
    wanted: start,
    released: release,
    'grace over': (state, _, context) => abandon(state, context, unwant(state)), // RTL5j
    dismissed: (state, event, context) => abandon(state, context, dismiss(state, event)), // RTL5j
    'link up': reattach, // RTL3d
    'link interrupted': rest, // RTL13c
    'link closed': rest,
    'link failed': rest,
    'link renewed': renew,
    attached: arrive, // the answer came after the request was given up
    detached: (state, { error }, context) =>
      state.failures < 2 ? attach(state, context, state, error) : still(state), // RTL13a; more often, it waits for its turn
    due: reattach, // RTL13b
    refused: refuse,
  },
  failed: {
    ...asleep,
    attached: (state) => [state, ['send detach']],
    refused: (state, { error }) => still({ ...state, error }), // RTL14
    'link interrupted': rest,
    'link closed': rest,
    'link failed': rest,
    due: rest,
  }, // RTL4g
});

/** The same for a channel that waits for the released one before it: to that one alone there is a link. */
export const reduceWaiting: typeof reduceChannel = (state, event, { rules, link }) => {
  if (event.type === 'link up') return still(state);
  if (event.type === 'due') return 'retry' in state ? rest(state) : still(state);
  return reduceChannel(state, event, { rules, link: link === 'up' ? 'waiting' : link });
};
