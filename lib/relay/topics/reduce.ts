import type { Deadline } from '../../base/deadline.js';
import { reducerOf, type Step } from '../../base/table.js';
import type {
  Failures,
  Leftover,
  RequestState,
  TopicContext,
  TopicEffect,
  TopicEvent,
  TopicState,
} from './state.js';

type S = Step<TopicState, TopicEffect>;
type Of<N extends TopicState['name']> = Extract<TopicState, { name: N }>;
type On<T extends TopicEvent['type']> = Extract<TopicEvent, { type: T }>;

const inactive: TopicState = { name: 'inactive' };
const unsent: Of<'pending'> = {
  ...{ name: 'pending', wish: 'wanted', request: 'unsent' },
  ...{ attempts: 0, refusals: 0, failures: 0, leftover: 'none' },
};
const to = (state: TopicState, ...effects: readonly TopicEffect[]): S => [state, effects];
const idIn = (leftover: Leftover): string | undefined =>
  typeof leftover === 'object' ? leftover.id : undefined;
const unwant = (state: Of<'pending' | 'leaving'>): S => to({ ...state, wish: 'unwanted' });
const later = ({ rules }: TopicContext, n: number, chance: number): Deadline => ({
  in: rules.retry(n, chance),
});

const subscribe = (state: Of<'pending'>): S =>
  state.request === 'sent' ? to(state) : to({ ...state, request: 'sent' }, { type: 'subscribe' });
/** Sends the request now, unless there is no connection or a delay to wait for. */
const begin = (state: Of<'pending'>, { link }: TopicContext): S =>
  link.name === 'up' && state.request === 'unsent' ? subscribe(state) : to(state);
/** Keeps the subscription for a new lease. */
const keep = (state: Of<'pending' | 'active'>): S =>
  state.wish === 'wanted' ? to(state) : to({ ...state, wish: 'wanted' });
const confirm = ({ wish }: Of<'pending'>, { id }: On<'confirmed'>, context: TopicContext): S =>
  wish === 'unwanted' ? leave(id, context) : to({ name: 'active', wish, id });

/** Backs off, unless the request was sent on a connection that is gone. */
const backOff = (
  state: Of<'pending' | 'leaving'>,
  { chance }: { readonly chance: number },
  context: TopicContext,
): S => {
  if (state.request !== 'sent') return to(state);
  const attempts = state.attempts + 1;
  return to({ ...state, attempts, request: later(context, attempts, chance) });
};
const wonder = (state: Of<'pending'>, event: On<'unanswered'>, context: TopicContext): S =>
  backOff(doubt(state), event, context);
/** Notes that the relay may have carried out a request that was not answered. */
const doubt = (state: Of<'pending'>): Of<'pending'> =>
  state.request === 'sent' && state.leftover === 'none' ? { ...state, leftover: 'possible' } : state;

function refuse(state: Of<'pending'>, event: On<'refused'>, context: TopicContext): S {
  const { wish, request, refusals, leftover } = state;
  const id = idIn(leftover);
  const isLast = event.final || refusals >= context.rules.retries;
  if (wish === 'unwanted' && id !== undefined) return leave(id, context); // the relay may still have that one
  if (wish === 'unwanted' && (isLast || leftover === 'none')) {
    const attempts = state.attempts + 1;
    return rest({ ...state, attempts, refusals: refusals + 1 }, later(context, attempts, event.chance));
  }
  if (isLast) return fail(state, event, context);
  return backOff(request === 'sent' ? { ...state, refusals: refusals + 1 } : state, event, context);
}

const fail = (
  { failures: before, leftover }: Of<'pending'>,
  { error, chance }: On<'refused'>,
  context: TopicContext,
): S => {
  const failures = before + 1;
  return to(
    {
      ...{ name: 'failed', error, failures, request: later(context, failures, chance) },
      leftover: leftover === 'possible' ? 'none' : leftover,
    },
    { type: 'drop subscribe lease' },
    { type: 'error subscribers', error },
  );
};
/** Forgets the delay; on the next connection every topic is subscribed to anew. */
const endDelay = (state: Of<'failed'>): S =>
  state.request === 'unsent' ? to(state) : to({ ...state, request: 'unsent' });
const lose = ({ wish, id }: Of<'active'>): S => to({ ...unsent, wish, leftover: { id } });

/** Keeps the delay for whoever comes back before it is over, so that leaving and coming back does not end it. */
const rest = ({ attempts, refusals, failures }: Failures, request: RequestState): S =>
  to(typeof request === 'object' ? { name: 'backingOff', attempts, refusals, failures, request } : inactive);

const leave = (id: string, { link }: TopicContext): S => {
  const leaving: Of<'leaving'> = { name: 'leaving', wish: 'unwanted', request: 'unsent', attempts: 0, id };
  return link.name === 'up' ? unsubscribe(leaving) : to(leaving);
};
const unsubscribe = (state: Of<'leaving'>): S =>
  state.request === 'sent' ? to(state) : to({ ...state, request: 'sent' }, { type: 'unsubscribe' });
/** Subscribes again to what has been left for a lease that came meanwhile. */
const comeBack = ({ id }: Of<'leaving'>, context: TopicContext): S =>
  begin({ ...unsent, leftover: { id } }, context);

/** Grants the grace after the last lease. */
const release = (state: Of<'pending' | 'active'>, _: On<'released'>, context: TopicContext): S => {
  const { detachGrace } = context.rules;
  if (detachGrace === false) return to(state);
  return context.isDisconnected ? giveUp(state, {}, context) : to({ ...state, wish: { in: detachGrace } });
};
/** Ends the grace, so that no timer is left. */
const endGrace = (state: Of<'pending' | 'active'>, _: On<'disconnected'>, context: TopicContext): S =>
  typeof state.wish === 'object' ? giveUp(state, {}, context) : to(state);

function giveUp(
  state: Of<'pending' | 'active'>,
  event: { readonly id?: string | undefined },
  context: TopicContext,
): S {
  if (state.name === 'active') return leave(state.id, context);
  if (state.request === 'sent') return unwant(state); // its answer says what there is to undo
  const id = event.id ?? idIn(state.leftover);
  if (id !== undefined) return leave(id, context);
  return state.leftover === 'possible' ? unwant(state) : rest(state, state.request);
}

/**
 * Moves one topic: holds what is wanted against what the relay has confirmed on this very connection. One request at a
 * time; a request that found no connection is sent on the next one.
 */
export const reduceTopic = reducerOf<TopicState, TopicEvent, TopicEffect, TopicContext>({
  inactive: {
    wanted: (_, __, context) => begin(unsent, context),
    unwanted: (state, { id }, context) => (id === undefined ? to(state) : leave(id, context)),
  },
  backingOff: {
    wanted: ({ name: _, ...failed }, __, context) => begin({ ...unsent, ...failed }, context),
    unwanted: (state, { id }, context) => (id === undefined ? to(state) : leave(id, context)),
    'link down': () => to(inactive),
    due: () => to(inactive),
  },
  pending: {
    wanted: keep,
    released: release,
    unwanted: giveUp,
    disconnected: endGrace,
    'link up': subscribe,
    'link down': (state) => to({ ...doubt(state), request: 'unsent' }),
    confirmed: confirm,
    refused: refuse,
    unanswered: wonder,
    due: subscribe,
  },
  active: {
    wanted: keep,
    released: release,
    unwanted: giveUp,
    disconnected: endGrace,
    'link down': lose,
  },
  leaving: {
    wanted: (state, _, context) =>
      state.request === 'sent' ? to({ ...state, wish: 'wanted' }) : comeBack(state, context),
    released: unwant,
    unwanted: unwant,
    'link up': unsubscribe,
    'link down': (state, _, context) =>
      state.wish === 'wanted' ? comeBack(state, context) : to({ ...state, request: 'unsent' }),
    unsubscribed: (state, _, context) => (state.wish === 'wanted' ? comeBack(state, context) : to(inactive)),
    unanswered: (state, event, context) =>
      state.wish === 'wanted' ? comeBack(state, context) : backOff(state, event, context),
    due: unsubscribe,
  },
  failed: {
    wanted: ({ failures, request, leftover }, _, context) =>
      begin({ ...unsent, failures, request, leftover }, context), // not before the delay is over
    unwanted: ({ failures, request, leftover }, { id = idIn(leftover) }, context) =>
      id === undefined ? rest({ attempts: 0, refusals: 0, failures }, request) : leave(id, context),
    'link down': endDelay,
    due: endDelay,
  },
});
