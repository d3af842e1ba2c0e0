import type { Deadline } from '../../base/deadline.js';
import type { Step } from '../../base/table.js';
import { ErrorInfo } from '../wire/error-info.js';
import { Flag, hasFlag } from '../wire/flags.js';
import {
  type Attached,
  type Attaching,
  type ChannelContext,
  type ChannelEffect,
  type ChannelEvent,
  type ChannelRules,
  type ChannelState,
  type Initialized,
  isWanted,
  type Suspended,
} from './state.js';

export type S = Step<ChannelState, ChannelEffect>;
type Effects = readonly ChannelEffect[];
type Name = ChannelState['name'];
export type On<T extends ChannelEvent['type']> = Extract<ChannelEvent, { type: T }>;
export type Failure = ChannelState['error'];

const none: Effects = [];
const announced: Effects = ['tell features', 'report change'];
/** Effects of entering a state. */
const onEntry: Readonly<Record<Name, Effects>> = {
  initialized: announced,
  attaching: announced,
  attached: announced,
  detaching: ['report change'],
  detached: ['forget serial', ...announced, 'report gap to listeners'], // RTL15b2, before it is told
  suspended: announced,
  failed: ['forget serial', ...announced, 'drop attach lease', 'end listeners'],
};
const entering = ({ name }: ChannelState, next: Name): Effects => (name === next ? none : onEntry[next]);

/** The fields that the next state keeps of a state. */
export const kept = (
  { wish, grace, strikes }: ChannelState,
  error?: Failure,
): Pick<ChannelState, 'wish' | 'grace' | 'error' | 'strikes'> =>
  strikes === undefined ? { wish, grace, error } : { wish, grace, error, strikes };
export const still = (state: ChannelState): S => [state, none];
export const go = (before: ChannelState, next: ChannelState, ...effects: Effects): S => [
  next,
  [...effects, ...entering(before, next.name)],
];

export const want = <C extends ChannelState>(state: C): C =>
  state.wish === 'held' && !state.grace ? state : { ...state, wish: 'held', grace: undefined };
export const unwant = <C extends ChannelState>(state: C): C =>
  isWanted(state) || state.grace
    ? { ...state, wish: isWanted(state) ? 'none' : state.wish, grace: undefined }
    : state;
export const dismiss = <C extends ChannelState>(state: C, { held }: On<'dismissed'>): C => ({
  ...state,
  wish: held ? 'dismissed' : 'parted',
  grace: undefined,
});

export const keep = (state: ChannelState): S => still(want(state));
export const release = (
  state: ChannelState,
  _: On<'released'>,
  { rules: { detachGrace } }: ChannelContext,
): S => {
  if (state.wish === 'dismissed') return still({ ...state, wish: 'parted' });
  if (state.wish !== 'held') return still(state);
  return still({ ...state, wish: 'idle', grace: detachGrace === false ? undefined : { in: detachGrace } });
};

const continues = (state: ChannelState): boolean => 'continues' in state && (state.continues ?? false);

export const idle = (
  before: ChannelState,
  name: 'initialized' | 'detached',
  now: ChannelState = before,
  error?: Failure,
): S => go(before, { name, ...kept(now, error) });

const sentAttach: Effects = ['send attach', ...announced];
/** RTL4c, RTL13a, RTL18c, RTL3d: attaches as `now` says, which is `before` with another wish. */
export const attach = (
  before: ChannelState,
  { rules }: ChannelContext,
  now: ChannelState = before,
  error?: Failure,
): S => {
  const next: Attaching = {
    name: 'attaching', // spelled out, as `arrive` is: ten thousand channels take these two steps at once
    wish: now.wish,
    grace: now.grace,
    error,
    request: { in: rules.requestTimeout },
    failures: 'failures' in now ? now.failures : 0,
    continues: now.name === 'attached' || continues(now),
  };
  const { strikes } = now;
  return [
    strikes === undefined ? next : { ...next, strikes },
    before.name === 'attaching' ? ['send attach'] : sentAttach,
  ];
};
/** Whether ATTACH would be refused once more, or taken for the answer to a DETACH that is under way. */
const hasToWait = (state: ChannelState): boolean => {
  if (state.name === 'detached' && state.leftover && !state.leftover.retry) return true;
  if (state.name === 'suspended' && (state.failures < 2 || state.leftover)) return false;
  return 'retry' in state && state.retry !== undefined;
};
/** RTL4i: the wish is on record; ATTACH follows when there is a connection to ask on, and nothing to wait for. */
const attachLater = (before: ChannelState, now: ChannelState, { link }: ChannelContext): S =>
  go(before, {
    name: 'attaching',
    ...kept(now),
    request: undefined,
    failures: link === 'up' && 'failures' in before ? before.failures : 0,
    continues: continues(before),
    ...('retry' in before && before.retry && { retry: before.retry }),
    ...('leftover' in before && before.leftover && { leftover: before.leftover }),
  });
export const start = (state: ChannelState, _: ChannelEvent, context: ChannelContext): S => {
  const { link } = context;
  if (link === 'down') return keep(state); // RTL4b: attached once the connection is there
  const now = want(state);
  return link === 'up' && !hasToWait(state) ? attach(state, context, now) : attachLater(state, now, context); // RTL4c, RTL4i
};
export const reattach = (state: ChannelState, _: ChannelEvent, context: ChannelContext): S =>
  attach(state, context);
export const attachWanted = (state: ChannelState, event: ChannelEvent, context: ChannelContext): S =>
  isWanted(state) ? reattach(state, event, context) : still(state);

/** RTL14: a released channel of the name was refused: whoever gets it anew waits as long as who keeps it. */
export const inherit = (state: Initialized, event: On<'refused before'>, { rules }: ChannelContext): S =>
  still({ ...state, ...struck({ ...state, strikes: event.strikes - 1 }, event, rules) });
export const rest = (state: Extract<ChannelState, { readonly retry?: Deadline | undefined }>): S =>
  still(state.retry ? { ...state, retry: undefined } : state);
/** RTL3a */
export const fail = (state: ChannelState, { error }: { readonly error: ErrorInfo }): S =>
  go(state, { name: 'failed', wish: 'none', grace: undefined, error });
/** RTL14: at once the first time, a new wish has to wait from the second refusal in a row on. */
export const refuse = (state: ChannelState, event: On<'refused'>, { rules }: ChannelContext): S => {
  const [failed, effects] = fail(state, event);
  return [{ ...failed, ...struck(state, event, rules) }, effects];
};
/**
 * RTL13a: attaches again, at once the first time. The ATTACH of `setOptions()` may be answered still: a DETACH goes ahead, or
 * what comes behind each of two ATTACHEDs would be delivered twice.
 */
export const lose = (
  state: Attached,
  event: On<'detached'> | On<'undecodable'>,
  context: ChannelContext,
): S => {
  const { retry, strikes } = struck(state, event, context.rules);
  const now = { ...state, strikes };
  const { error } = event;
  if (!retry && !state.reconfiguring) return attach(state, context, now, error);
  const later = {
    name: 'attaching',
    ...kept(now, error),
    request: undefined,
    failures: 0,
    continues: true,
  } as const;
  if (retry) return go(state, { ...later, retry });
  const leftover = { request: { in: context.rules.requestTimeout }, unanswered: 0 };
  return go(state, { ...later, leftover }, 'send detach');
};
/** One more strike, and the rest that it takes. */
function struck(
  { strikes: before = 0 }: ChannelState,
  { chance }: { readonly chance: number },
  { rest: restAfter }: ChannelRules,
): { readonly strikes: number; readonly retry?: Deadline } {
  const strikes = before + 1;
  const ms = restAfter(strikes, chance);
  return ms > 0 ? { strikes, retry: { in: ms } } : { strikes };
}
/** It has stayed attached for a while. */
export const forgive = (state: Attached): S => {
  const { strikes: _, probation, ...forgiven } = state;
  return still(probation ? forgiven : state);
};
/** RTL3b */
export const stop = (state: ChannelState): S => idle(state, 'detached');
/** RTN11d; what was missed is told at the next attach. */
export const renew = (state: ChannelState): S => {
  const { wish, grace } = state;
  const next: Initialized = { name: 'initialized', wish, grace, error: undefined };
  return go(state, continues(state) ? { ...next, continues: true } : next, 'forget serial');
};

export const noted: Effects = ['check modes', 'confirm later'];
const arrived: Effects = ['note attached', ...announced, ...noted];
export const errorIn = ({ error }: On<'attached'>['frame']): Failure =>
  error ? ErrorInfo.from(error) : undefined;
const isResumed = ({ frame }: On<'attached'>): boolean => hasFlag(frame.flags, Flag.resumed); // RTL2f
/** Attached, with what is remembered of before. */
export const attachedOf = (state: ChannelState, error: Failure, { rules }: ChannelContext): Attached => ({
  name: 'attached',
  ...kept(state, error),
  ...(state.strikes !== undefined && { probation: { in: rules.stableAfter } }),
});
/** An answer to the ATTACH under way, or one that came after that was given up. */
export const arrive = (state: Attaching | Suspended, event: On<'attached'>, context: ChannelContext): S => {
  const { wish, grace, outdated } = state;
  const wanted = isWanted(state);
  if (outdated === 'delta' && wanted) return attach(state, context); // RTL18c: the place that it tells lies behind the broken delta
  const hasGap = state.continues && !isResumed(event);
  const error = errorIn(event.frame);
  const attached =
    state.strikes === undefined
      ? ({ name: 'attached', wish, grace, error } as const)
      : attachedOf(state, error, context);
  if (wanted && !hasGap && !outdated) return [attached, arrived];
  const asks = outdated === 'options' && wanted;
  const gap: Effects = hasGap ? ['report gap'] : none;
  const next: Effects = asks ? ['send attach', ...gap] : wanted ? gap : [...gap, 'reconsider'];
  return [asks ? ask(attached, context) : attached, ['note attached', ...next, ...announced, ...noted]];
};

const bare = (state: Attached): Attached => ({
  name: 'attached',
  ...kept(state, state.error),
  ...(state.probation && { probation: state.probation }),
});
/** RTL16a: asks for the new options, and stays attached meanwhile; one ATTACH at a time. */
const ask = (state: Attached, { rules }: ChannelContext): Attached => ({
  ...bare(state),
  reconfiguring: { request: { in: rules.requestTimeout }, again: false },
});
const askAnew = (state: Attached, context: ChannelContext): S => [ask(state, context), ['send attach']];
export const reconfigure = (state: Attached, _: ChannelEvent, context: ChannelContext): S => {
  if (context.link !== 'up') return still(state); // they are asked for when there is a connection (RTL3d)
  const { reconfiguring } = state;
  return reconfiguring
    ? still({ ...state, reconfiguring: { ...reconfiguring, again: true } })
    : askAnew(state, context);
};
/** RTL18c: attaches again as after a loss; after the answer to an ATTACH that is under way: there is one at a time. */
export const recover = (state: Attached, event: On<'undecodable'>, context: ChannelContext): S => {
  const { reconfiguring } = state;
  const { error } = event;
  if (!reconfiguring) {
    const [next, effects] = lose(state, event, context);
    return [next.name === 'attaching' && !next.request ? { ...next, leftover: 'possible' } : next, effects]; // the server still has it
  }
  return go(state, {
    name: 'attaching',
    ...kept(state, error),
    request: reconfiguring.request,
    failures: 0,
    continues: true,
    outdated: 'delta',
  });
};
export const configured = (state: Attached): Attached => (state.reconfiguring ? bare(state) : state);
/** Asks for what has changed meanwhile, and leaves where the last holder has left meanwhile. */
const settle = (state: Attached, context: ChannelContext): S => {
  const { reconfiguring } = state;
  if (reconfiguring?.again && isWanted(state)) return askAnew(state, context);
  return [configured(state), reconfiguring && !isWanted(state) ? ['reconsider'] : none];
};
export const optionsUnanswered = (state: Attached, _: ChannelEvent, context: ChannelContext): S => {
  const [now, effects] = settle(state, context);
  return [now, [...effects, 'reject options']];
};
/** RTL16a: the options that the ATTACH asked for are granted, unless more have been asked for meanwhile. */
export const confirm = (state: ChannelState): S => [state, ['confirm']];
/** RTL12 */
export const update = (state: Attached, event: On<'attached'>, context: ChannelContext): S => {
  const [now, effects] = settle(state, context);
  if (isResumed(event)) return [now, ['note attached', ...effects, 'tell features', ...noted]];
  return [
    { ...now, error: errorIn(event.frame) },
    ['note attached', ...effects, 'report update', 'report gap', 'tell features', ...noted],
  ];
};
