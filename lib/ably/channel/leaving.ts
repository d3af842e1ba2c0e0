import type { Deadline } from '../../base/deadline.js';
import {
  type Attached,
  type Attaching,
  type ChannelContext,
  type ChannelState,
  type Debt,
  type Detached,
  type Detaching,
  isIndebted,
  isWanted,
  type Leftover,
} from './state.js';
import {
  attach,
  attachedOf,
  errorIn,
  type Failure,
  go,
  idle,
  keep,
  kept,
  noted,
  type On,
  reattach,
  rest,
  type S,
  still,
  unwant,
  want,
} from './transitions.js';

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
      ...('unanswered' in before && { unanswered: before.unanswered }),
      request: { in: rules.requestTimeout },
      from,
    },
    'send detach',
  );

const unpaid: Debt = { request: undefined, unanswered: 0 };
const debtIn = (leftover: Leftover | undefined): Debt | undefined =>
  leftover === 'possible' ? unpaid : leftover;
/** The DETACH that the server is owed when the channel is given up: it may have attached it on this connection. */
const debtOf = (state: ChannelState): Debt | undefined =>
  state.name === 'attached' || state.name === 'detaching' || (state.name === 'attaching' && state.request)
    ? unpaid
    : 'leftover' in state
      ? debtIn(state.leftover)
      : undefined;
const pay = ({ unanswered }: Debt, { rules }: ChannelContext): Debt => ({
  request: { in: rules.requestTimeout },
  unanswered,
});
/**
 * RTL5j, RTL5l: detached at once, with or without a connection, and the server is told all the same: now, or on the next
 * transport of this connection. It would hear no DETACH otherwise, and keep the channel and its members (RTL5k says as much
 * of a channel that shows itself by an ATTACHED). It is told later where nothing but an ATTACH without an answer speaks for
 * that: the specification has no DETACH there.
 */
export const abandon = (
  before: ChannelState,
  context: ChannelContext,
  now: ChannelState = before,
  error?: Failure,
): S => {
  const debt = debtOf(before);
  if (!debt) return go(before, { name: 'detached', ...kept(now, error), ...restAfter(before, context) });
  const isDue = context.link === 'up' && !debt.request;
  const isLater = isDue && 'continues' in before && !before.continues;
  const leftover = isLater ? { ...debt, retry: laterBy(1, 0.5, context) } : isDue ? pay(debt, context) : debt;
  const next: Detached = { name: 'detached', ...kept(now, error), ...restAfter(before, context), leftover };
  return go(before, next, ...sentIf(isDue && !isLater));
};
const laterBy = (n: number, chance: number, { rules }: ChannelContext): Deadline => ({
  in: rules.retry(n, chance), // RTB1
});
/** Has a user who gives up after each refusal and comes back at once wait as long as one who stays. */
const restAfter = (
  { strikes: before = 0, ...state }: ChannelState,
  { rules }: ChannelContext,
  refusals = 0,
): Pick<Detached, 'strikes' | 'retry'> => {
  const failures = refusals + ('failures' in state ? state.failures : 0);
  if (failures === 0) return 'retry' in state && state.retry ? { retry: state.retry } : {};
  const strikes = before + failures;
  const ms = rules.rest(strikes, 0.5);
  return ms > 0 ? { strikes, retry: { in: ms } } : { strikes };
};
const sentIf = (isDue: boolean): readonly 'send detach'[] => (isDue ? ['send detach'] : []);
/** There was no answer: it is sent again, more and more seldom (RTB1). */
export const payLater = (state: Detached, { chance }: On<'unanswered'>, context: ChannelContext): S => {
  if (!state.leftover) return still(state);
  const unanswered = state.leftover.unanswered + 1;
  return still({
    ...state,
    leftover: { request: undefined, unanswered, retry: laterBy(unanswered, chance, context) },
  });
};
export const payAgain = (state: Detached, _: On<'due'>, context: ChannelContext): S =>
  state.leftover?.retry
    ? [{ ...state, leftover: pay(state.leftover, context) }, ['send detach']]
    : rest(state);
/** Nothing is owed any more. */
export const forgetDebt = (state: Detached): S => {
  const { leftover, ...settled } = state;
  return still(leftover ? settled : state);
};
/** It has to be paid on another transport. */
export const interrupt = (state: Detached): S =>
  still(state.leftover && state.leftover !== unpaid ? { ...state, leftover: unpaid } : state);
/** A debt is paid where the connection is the one before; on another one the server knows nothing of it. */
export const resume = (state: Detached, event: On<'link up'>, context: ChannelContext): S => {
  if (!state.leftover || !event.resumed)
    return isWanted(state) ? reattach(state, event, context) : forgetDebt(state);
  const leftover = pay(unpaid, context);
  return isWanted(state)
    ? go(
        state,
        {
          ...{ name: 'attaching', ...kept(state), request: undefined, failures: 0 },
          ...{ continues: false, leftover },
        },
        'send detach',
      )
    : [{ ...state, leftover }, ['send detach']];
};

/** RTN19b; not what was asked on this link, by a handler that heard of it first. */
export const askAgain = (state: Attaching, event: On<'link up'>, context: ChannelContext): S => {
  if (state.request || (isIndebted(state) && state.leftover.request)) return still(state);
  if (event.isTurn && state.retry) return still(state); // the server has not changed its mind
  return isIndebted(state) && event.resumed
    ? [{ ...state, leftover: pay(state.leftover, context) }, ['send detach']]
    : reattach(state, event, context);
};
/** RTL3e: the request is gone with its transport; the server may have heard it. */
export const suspendRequest = (state: Attaching, _: On<'link interrupted'>, context: ChannelContext): S => {
  if (!isWanted(state)) return abandon(state, context);
  const { request, retry: _retry, leftover, ...rest } = state;
  const left = isIndebted(state) ? unpaid : request ? 'possible' : leftover;
  return still({ ...rest, request: undefined, ...(left && { leftover: left }) });
};

/** RTL5d with a connection, RTL5l without one. */
export const leave = (before: ChannelState, context: ChannelContext, now: ChannelState): S =>
  context.link === 'up'
    ? detach(before, context, now, before.name === 'attached' ? before.from : undefined)
    : abandon(before, context, now);
/** RTL4a, RTL5f: attached once more where it may not be. */
export const stayFor = (state: Attached, _: On<'wanted'>, context: ChannelContext): S =>
  state.from && context.link === 'up' ? attach(state, context, want(state)) : keep(state);
/** RTL5i: no longer wanted while ATTACH is under way: its answer is awaited, or there is nothing to await. */
export const giveUp = (before: Attaching, now: Attaching, context: ChannelContext): S =>
  before.request && context.link === 'up' ? still(now) : abandon(before, context, now);
/** The same while attached; a request under way comes first. */
export const part = (before: Attached, now: Attached, context: ChannelContext): S =>
  before.reconfiguring && context.link === 'up' ? still(now) : leave(before, context, now);
/** RTL5f: still there. Those who hold it go on hearing; without any, it is left later, as a retry does. */
export const stay = (state: Detaching, { error, chance }: On<'unanswered'>, context: ChannelContext): S => {
  const attached = attachedOf(state, error, context);
  if (isWanted(state) || state.wish === 'dismissed') {
    const held = isWanted(state) ? attached : want(attached);
    return state.from === 'unknown' ? attach(state, context, held, error) : go(state, held, 'report gap'); // nothing was passed on meanwhile (RTL17)
  }
  const unanswered = (state.unanswered ?? 0) + 1;
  const { from } = state;
  const left: Attached = { ...attached, unanswered, grace: laterBy(unanswered, chance, context) };
  return go(state, from === 'unknown' ? { ...left, from } : left, 'report gap');
};
export const detached = (state: Detaching, { error }: On<'detached'>): S => {
  if (!isWanted(state) || state.grace) return idle(state, 'detached', unwant(state), error); // also where the one who came back has left again
  return go(state, { name: 'detached', ...kept(state, error) }, 'reconsider');
};
/** RTL5k: the server has it attached, and it is not wanted there. */
export const leaveAgain = (state: ChannelState, { frame }: On<'attached'>, context: ChannelContext): S => {
  const [next, effects] = detach(state, context);
  return [{ ...next, error: errorIn(frame) }, ['note attached', ...effects, ...noted]]; // RTL2d
};

/** RTL4f, RTL13b: ATTACH came to nothing; where it was not answered, the server may attach the channel still. */
export const suspend = (
  state: Attaching,
  event: On<'unanswered'> | On<'detached'>,
  context: ChannelContext,
): S => {
  const { error, chance } = event;
  const isOpen = event.type === 'unanswered';
  if (!isWanted(state))
    return isOpen
      ? abandon(state, context, state, error)
      : go(state, { name: 'detached', ...kept(state, error), ...restAfter(state, context, 1) }); // RTL5i
  const { outdated } = state;
  const failures = state.failures + 1;
  return go(state, {
    name: 'suspended',
    ...kept(state, error),
    failures,
    retry: laterBy(failures, chance, context),
    continues: state.continues,
    ...(outdated === 'delta' && { outdated }),
    ...(isOpen && { leftover: 'possible' }),
  });
};
/** RTL3c */
export const pause = (
  state: Attaching | Attached,
  { error }: On<'link suspended'>,
  context: ChannelContext,
): S => {
  if (!isWanted(state)) return abandon(state, context, state, error);
  return go(state, {
    name: 'suspended',
    ...kept(state, error),
    failures: 0,
    retry: undefined,
    continues: state.name === 'attached' || state.continues,
    ...(debtOf(state) && { leftover: 'possible' }),
  });
};
/** The answer to ATTACH, to the DETACH before it, or to neither. */
export const refuseAttach = (
  state: Attaching,
  event: On<'unanswered'> | On<'detached'>,
  context: ChannelContext,
): S => {
  if (isIndebted(state)) return attach(state, context);
  if (!state.request) return still(state);
  return event.type === 'detached' || isWanted(state) || !state.continues
    ? suspend(state, event, context)
    : detach(state, context, state, 'unknown'); // RTL5i, as it may still be attached there
};
