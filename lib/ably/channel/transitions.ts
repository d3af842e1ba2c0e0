import type { Step } from '../../base/table.js';
import { ErrorInfo } from '../wire/error-info.js';
import { Flag, hasFlag } from '../wire/flags.js';
import {
  type Attached,
  type Attaching,
  type ChannelContext,
  type ChannelEffect,
  type ChannelEvent,
  type ChannelState,
  type Detaching,
  isWanted,
  type Suspended,
} from './state.js';

export type S = Step<ChannelState, ChannelEffect>;
type Effects = readonly ChannelEffect[];
type Name = ChannelState['name'];
export type On<T extends ChannelEvent['type']> = Extract<ChannelEvent, { type: T }>;
type Failure = ChannelState['error'];

const none: Effects = [];
const announced: Effects = ['tell features', 'report change'];
/** Effects of entering a state. */
const onEntry: Readonly<Record<Name, Effects>> = {
  initialized: announced,
  attaching: announced,
  attached: announced,
  detaching: ['report change'],
  detached: [...announced, 'report gap to listeners', 'forget serial'],
  suspended: announced,
  failed: [...announced, 'forget serial', 'drop attach lease', 'end listeners'],
};
const entering = ({ name }: ChannelState, next: Name): Effects => (name === next ? none : onEntry[next]);

/** The fields that the next state keeps of a state. */
const kept = (
  { wish, grace }: ChannelState,
  error?: Failure,
): Pick<ChannelState, 'wish' | 'grace' | 'error'> => ({ wish, grace, error });
export const still = (state: ChannelState): S => [state, none];
const go = (before: ChannelState, next: ChannelState, ...effects: Effects): S => [
  next,
  [...effects, ...entering(before, next.name)],
];

const want = <C extends ChannelState>(state: C): C =>
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
const unansweredIn = (state: ChannelState): { readonly unanswered?: number } =>
  'unanswered' in state ? { unanswered: state.unanswered } : {};

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
): S => [
  {
    name: 'attaching', // spelled out, as `arrive` is: ten thousand channels take these two steps at once
    wish: now.wish,
    grace: now.grace,
    error,
    request: { in: rules.requestTimeout },
    failures: 'failures' in now ? now.failures : 0,
    continues: now.name === 'attached' || continues(now),
  },
  before.name === 'attaching' ? ['send attach'] : sentAttach,
];
/** RTL4i: the wish is on record; ATTACH follows when there is a connection to ask on. */
const attachLater = (before: ChannelState, now: ChannelState): S =>
  go(before, {
    name: 'attaching',
    ...kept(now),
    request: undefined,
    failures: 0,
    continues: continues(before),
  });
export const start = (state: ChannelState, _: ChannelEvent, context: ChannelContext): S => {
  if (context.link === 'down') return keep(state); // RTL4b: attached once the connection is there
  return context.link === 'up' ? attach(state, context, want(state)) : attachLater(state, want(state)); // RTL4c, RTL4i
};
export const reattach = (state: ChannelState, _: ChannelEvent, context: ChannelContext): S =>
  attach(state, context);
export const attachWanted = (state: ChannelState, event: ChannelEvent, context: ChannelContext): S =>
  isWanted(state) ? reattach(state, event, context) : still(state);

export const detach = (
  before: ChannelState,
  { rules }: ChannelContext,
  now: ChannelState = before,
  from: Detaching['from'] = 'attached',
): S =>
  go(
    before,
    {
      name: 'detaching',
      ...kept(now),
      ...unansweredIn(before),
      request: { in: rules.requestTimeout },
      from,
    },
    'send detach',
  );
/** RTL5d with a connection, RTL5l without one. */
export const leave = (before: ChannelState, context: ChannelContext, now: ChannelState): S =>
  context.link === 'up' ? detach(before, context, now) : idle(before, 'detached', now);
/** RTL5i: no longer wanted while ATTACH is under way: its answer is awaited, or there is nothing to await. */
export const giveUp = (before: Attaching, now: Attaching, { link }: ChannelContext): S =>
  before.request && link === 'up' ? still(now) : idle(before, 'detached', now);
/** The same while attached; a request under way comes first. */
export const part = (before: Attached, now: Attached, context: ChannelContext): S =>
  before.reconfiguring && context.link === 'up' ? still(now) : leave(before, context, now);
/** RTL5f: still there. Those who hold it go on hearing; without any, it is left later, as a retry does. */
export const stay = (state: Detaching, { error, chance }: On<'unanswered'>, context: ChannelContext): S => {
  const attached: Attached = { name: 'attached', ...kept(state, error) };
  if (isWanted(state) || state.wish === 'dismissed') {
    const held = isWanted(state) ? attached : want(attached);
    return state.from === 'unknown' ? attach(state, context, held, error) : go(state, held, 'report gap'); // nothing was passed on meanwhile (RTL17)
  }
  const unanswered = (state.unanswered ?? 0) + 1;
  const retry = { in: context.rules.retry(unanswered, chance) };
  return go(state, { ...attached, unanswered, grace: retry }, 'report gap');
};
export const detached = (state: Detaching, { error }: On<'detached'>): S => {
  if (!isWanted(state) || state.grace) return idle(state, 'detached', unwant(state), error); // also where the one who came back has left again
  return go(state, { name: 'detached', ...kept(state, error) }, 'reconsider');
};

/** RTL4f, RTL13b */
export const suspend = (
  state: Attaching,
  { error, chance }: { readonly error: Failure; readonly chance: number },
  { rules }: ChannelContext,
): S => {
  if (!isWanted(state)) return idle(state, 'detached', state, error); // RTL5i
  const { outdated } = state;
  const failures = state.failures + 1;
  return go(state, {
    name: 'suspended',
    ...kept(state, error),
    failures,
    retry: { in: rules.retry(failures, chance) },
    continues: state.continues,
    ...(outdated === 'delta' && { outdated }),
  });
};
/** RTL3c */
export const pause = (state: Attaching | Attached, { error }: On<'link suspended'>): S => {
  if (!isWanted(state)) return idle(state, 'detached', state, error);
  return go(state, {
    name: 'suspended',
    ...kept(state, error),
    failures: 0,
    retry: undefined,
    continues: state.name === 'attached' || state.continues,
  });
};
export const rest = (state: Suspended): S => still(state.retry ? { ...state, retry: undefined } : state);
/** RTL3a, RTL14 */
export const fail = (state: ChannelState, { error }: { readonly error: ErrorInfo }): S =>
  go(state, { name: 'failed', wish: 'none', grace: undefined, error });
/** RTL3b */
export const stop = (state: ChannelState): S => idle(state, 'detached');
/** RTN11d */
export const renew = (state: ChannelState): S =>
  go(state, { name: 'initialized', ...kept(state) }, 'forget serial');

const noted: Effects = ['check modes', 'confirm later'];
const arrived: Effects = ['note attached', ...announced, ...noted];
const errorIn = ({ error }: On<'attached'>['frame']): Failure => error && ErrorInfo.from(error);
const isResumed = ({ frame }: On<'attached'>): boolean => hasFlag(frame.flags, Flag.resumed); // RTL2f
/** An answer to the ATTACH under way, or one that came after that was given up. */
export const arrive = (state: Attaching | Suspended, event: On<'attached'>, context: ChannelContext): S => {
  const { wish, grace, outdated } = state;
  const wanted = isWanted(state);
  if (outdated === 'delta' && wanted) return attach(state, context); // RTL18c: the place that it tells lies behind the broken delta
  const hasGap = state.continues && !isResumed(event);
  const attached: Attached = { name: 'attached', wish, grace, error: errorIn(event.frame) };
  if (wanted && !hasGap && !outdated) return [attached, arrived];
  const asks = outdated === 'options' && wanted;
  const gap: Effects = hasGap ? ['report gap'] : none;
  const next: Effects = asks ? ['send attach', ...gap] : wanted ? gap : [...gap, 'reconsider'];
  return [asks ? ask(attached, context) : attached, ['note attached', ...next, ...announced, ...noted]];
};

/** RTL16a: asks for the new options, and stays attached meanwhile; one ATTACH at a time. */
const ask = (state: Attached, { rules }: ChannelContext): Attached => ({
  name: 'attached',
  ...kept(state, state.error),
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
/** RTL18c, after the answer to an ATTACH that is under way: there is one at a time. */
export const recover = (state: Attached, { error }: On<'undecodable'>, context: ChannelContext): S => {
  const { reconfiguring } = state;
  if (!reconfiguring) return attach(state, context, state, error);
  return go(state, {
    name: 'attaching',
    ...kept(state, error),
    request: reconfiguring.request,
    failures: 0,
    continues: true,
    outdated: 'delta',
  });
};
export const configured = (state: Attached): Attached =>
  state.reconfiguring ? { name: 'attached', ...kept(state, state.error) } : state;
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
/** RTL5k: the server has it attached, and it is not wanted there. */
export const leaveAgain = (state: ChannelState, _: On<'attached'>, context: ChannelContext): S => {
  const [next, effects] = detach(state, context);
  return [next, ['note attached', ...effects, ...noted]];
};
