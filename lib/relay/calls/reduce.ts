import type { Step } from '../../base/table.js';
import { reducerOf } from '../../base/table.js';
import type { CallEffect, CallEvent, CallState, Link, AttemptFailure, InFlight } from './state.js';

type S = Step<CallState, CallEffect>;
type Of<N extends CallState['name']> = Extract<CallState, { name: N }>;
type On<T extends CallEvent['type']> = Extract<CallEvent, { type: T }>;
type Down = Link & { readonly up: false };

const settled: CallState = { name: 'settled' };
const still = (state: CallState): S => [state, []];
const resolve = (_: InFlight, { result }: On<'answered'>): S => [settled, [{ type: 'resolve', result }]];
/** Whether the relay may have done it, or may still do it. */
const isUncertain = ({ uncertain, open }: InFlight): boolean => uncertain || open > 0;
const reject = (call: InFlight, trouble: AttemptFailure): S => [
  settled,
  [{ type: 'reject', trouble, attempts: call.sends + call.misses, uncertain: isUncertain(call) }],
];
const givenUp: S = [settled, [{ type: 'withdraw' }]];
const unanswered = (cause?: Error): AttemptFailure => ({ reason: 'timeout', cause });

const begin = ({ policy }: Of<'new'>, { link }: On<'begun'>): S => {
  const none = { sends: 0, misses: 0, open: 0, uncertain: false, unwanted: false, last: undefined };
  return attempt({ policy, ...none, deadline: { in: policy.deadline } }, link);
};

/** One more attempt: a send, or as long as there is no connection, a wait for one. */
function attempt(call: InFlight, link: Link): S {
  const { policy, sends, misses, open } = call;
  if (!link.up) return drift({ ...call, misses: Math.min(misses + 1, policy.attempts - sends) }, link);
  const wait = { in: policy.wait };
  const sent = { ...underwayOf(call), sends: sends + 1, misses: 0, open: open + 1 };
  return [{ name: 'sent', ...sent, wait }, [{ type: 'send' }]];
}

function drift(call: InFlight, link: Down): S {
  const { policy, sends, misses } = call;
  const last = troubleOf(link);
  if (link.refused && policy.failFast) return reject(call, last);
  const isLastMiss = sends + misses >= policy.attempts;
  const wait = isLastMiss ? undefined : { in: policy.wait };
  return still({ name: 'adrift', ...underwayOf(call), last, wait });
}

/** What a call has in mind, without the state that it is in. */
const underwayOf = (call: InFlight): InFlight => {
  const { policy, sends, misses, open, uncertain, unwanted, deadline, last } = call;
  return { policy, sends, misses, open, uncertain, unwanted, deadline, last };
};

const troubleOf = ({ closed, error }: Down): AttemptFailure => ({
  reason: closed ? 'closed' : 'offline',
  cause: error,
});
const driftOn = (call: Of<'adrift'>, { link }: On<'link down'>): S =>
  link.refused && call.policy.failFast ? drift(call, link) : still({ ...call, last: troubleOf(link) });

/** Whether it may not be sent again, should this attempt fail. */
const isLast = ({ policy, sends, open }: InFlight): boolean =>
  sends >= policy.attempts || (!policy.repeatable && open > 0);

/** After an attempt that failed: a rest and another one, as long as there may be one. */
function rest(call: InFlight, last: AttemptFailure, chance: number): S {
  const { policy, sends, misses } = call;
  if (isLast(call)) return reject(call, last);
  const wait = { in: policy.rest(sends + misses, chance) };
  return still({ name: 'resting', ...underwayOf(call), last, wait });
}

/** One of the sends was refused: the attempt at hand has failed when all of them are, for all of them have one id. */
const refuse = (call: Of<'sent' | 'resting'>, { error, permanent, chance }: On<'refused'>): S => {
  const last: AttemptFailure = { reason: 'rejected', cause: error };
  const refused = { ...call, open: Math.max(0, call.open - 1), last };
  if (refused.unwanted && !isUncertain(refused)) return givenUp;
  if (permanent && call.policy.failFast) return reject(refused, last);
  return refused.name === 'sent' && refused.open === 0 ? rest(refused, last, chance) : still(refused);
};
/** No answer can come any more on that socket. */
const lost = <C extends InFlight>(call: C): C =>
  call.open === 0 ? call : { ...call, open: 0, uncertain: true };
/** The next attempt begins at once, and is made on the next socket. */
const lose = (call: Of<'sent'>, { link }: On<'link down'>): S => {
  const last = link.closed ? troubleOf(link) : unanswered(link.error);
  const isOver = isLast(call) || (link.refused && call.policy.failFast);
  return isOver ? reject(call, last) : attempt({ ...lost(call), last }, link);
};
/** What was refused waits its time; what only found nobody goes out at once. */
const revive = (call: Of<'resting'>): S =>
  call.last?.reason === 'rejected' ? still(call) : attempt(call, { up: true });
const expire = (call: InFlight): S => reject(call, call.last ?? unanswered());
const withdraw = (call: Of<'new' | 'sent' | 'adrift' | 'resting'>): S =>
  'sends' in call && call.policy.repeatable && isUncertain(call)
    ? still({ ...call, unwanted: true })
    : givenUp;
const close = (call: InFlight, { error }: On<'closed'>): S =>
  reject(call, { reason: 'closed', cause: error });

/**
 * One request of ours: sent at most as often as its policy says, again at once on a new connection, and settled once, by
 * the answer to any of its attempts, after the last of them, or at its deadline. Pure.
 */
export const reduceCall = reducerOf<CallState, CallEvent, CallEffect>({
  new: { begun: begin, withdrawn: withdraw },
  sent: {
    answered: resolve,
    refused: refuse,
    'link down': lose,
    due: (call, { chance }) => rest(call, unanswered(), chance),
    expired: (call) => reject(call, unanswered()),
    withdrawn: withdraw,
    closed: close,
  },
  adrift: {
    'link up': (call) => attempt(call, { up: true }),
    'link down': driftOn, // for another reason than before
    due: (call, { chance }) => rest(call, call.last ?? unanswered(), chance),
    expired: expire,
    withdrawn: withdraw,
    closed: close,
  },
  resting: {
    answered: resolve, // to an earlier attempt
    refused: refuse,
    'link up': revive,
    'link down': (call) => still(lost(call)),
    due: (call, { link }) => attempt(call, link),
    expired: expire,
    withdrawn: withdraw,
    closed: close,
  },
  settled: {},
});
