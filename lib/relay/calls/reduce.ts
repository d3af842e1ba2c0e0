import type { Step } from '../../rx/machine.js';
import { reducerOf } from '../../rx/table.js';
import type { CallEffect, CallEvent, CallState, Link, Trouble, Underway } from './state.js';

type S = Step<CallState, CallEffect>;
type Of<N extends CallState['name']> = Extract<CallState, { name: N }>;
type On<T extends CallEvent['type']> = Extract<CallEvent, { type: T }>;
type Down = Link & { readonly up: false };

const settled: CallState = { name: 'settled' };
const still = (state: CallState): S => [state, []];
const resolve = (_: Underway, { result }: On<'answered'>): S => [settled, [{ type: 'resolve', result }]];
const reject = ({ sends, misses }: Underway, trouble: Trouble): S => [
  settled,
  [{ type: 'reject', trouble, attempts: sends + misses }],
];
const unanswered: Trouble = { reason: 'timeout', cause: undefined };

const begin = ({ policy }: Of<'new'>, { link }: On<'begun'>): S =>
  attempt({ policy, sends: 0, misses: 0, deadline: { in: policy.deadline }, last: undefined }, link);

/** One more attempt: a send, or as long as there is no connection, a wait for one. */
function attempt(call: Underway, link: Link): S {
  const { policy, sends, misses, deadline, last } = call;
  if (!link.up) return drift({ ...call, misses: Math.min(misses + 1, policy.attempts - sends) }, link);
  const wait = { in: policy.wait };
  return [{ name: 'sent', policy, sends: sends + 1, misses: 0, deadline, last, wait }, [{ type: 'send' }]];
}

function drift(call: Underway, link: Down): S {
  const { policy, sends, misses, deadline } = call;
  const last = troubleOf(link);
  if (link.refused && policy.failFast) return reject(call, last);
  const isLast = sends + misses >= policy.attempts;
  const wait = isLast ? undefined : { in: policy.wait };
  return still({ name: 'adrift', policy, sends, misses, deadline, last, wait });
}

const troubleOf = ({ closed, error }: Down): Trouble => ({
  reason: closed ? 'closed' : 'offline',
  cause: error,
});
const driftOn = (call: Of<'adrift'>, { link }: On<'link down'>): S =>
  link.refused && call.policy.failFast ? drift(call, link) : still({ ...call, last: troubleOf(link) });

/** After an attempt that failed: a rest and another one, as long as there may be one. */
function rest(call: Underway, last: Trouble, chance: number): S {
  const { policy, sends, misses, deadline } = call;
  if (sends >= policy.attempts) return reject(call, last);
  const wait = { in: policy.rest(sends + misses, chance) };
  return still({ name: 'resting', policy, sends, misses, deadline, last, wait });
}

const refuse = (call: Of<'sent'>, { error, permanent, chance }: On<'refused'>): S => {
  const last: Trouble = { reason: 'rejected', cause: error };
  return permanent && call.policy.failFast ? reject(call, last) : rest(call, last, chance);
};
/** The answer cannot come any more on that socket: the next attempt begins at once, and is made on the next one. */
const lose = (call: Of<'sent'>, { link }: On<'link down'>): S => {
  const last = troubleOf(link);
  const isOver = call.sends >= call.policy.attempts || (link.refused && call.policy.failFast);
  return isOver ? reject(call, last) : attempt({ ...call, last }, link);
};
/** What was refused waits its time; what only found nobody goes out at once. */
const revive = (call: Of<'resting'>): S =>
  call.last?.reason === 'rejected' ? still(call) : attempt(call, { up: true });
const expire = (call: Underway): S => reject(call, call.last ?? unanswered);
const withdraw = (call: Of<'new' | 'adrift' | 'resting'>): S =>
  'sends' in call && call.sends > 0 ? still(call) : [settled, [{ type: 'withdraw' }]];
const close = (call: Underway, { error }: On<'closed'>): S =>
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
    due: (call, { chance }) => rest(call, unanswered, chance),
    expired: (call) => reject(call, unanswered),
    closed: close,
  },
  adrift: {
    'link up': (call) => attempt(call, { up: true }),
    'link down': driftOn, // for another reason than before
    due: (call, { chance }) => rest(call, call.last ?? unanswered, chance),
    expired: expire,
    withdrawn: withdraw,
    closed: close,
  },
  resting: {
    answered: resolve, // to an earlier attempt
    'link up': revive,
    due: (call, { link }) => attempt(call, link),
    expired: expire,
    withdrawn: withdraw,
    closed: close,
  },
  settled: {},
});
