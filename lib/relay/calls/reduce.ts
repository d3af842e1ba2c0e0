import { reducerOf, type Step } from '../../base/table.js';
import type { Link } from '../link.js';
import { Code } from '../relay-error.js';
import type { AttemptFailure, CallEffect, CallEvent, CallState, InFlight } from './state.js';

type S = Step<CallState, CallEffect>;
type Of<N extends CallState['name']> = Extract<CallState, { name: N }>;
type On<T extends CallEvent['type']> = Extract<CallEvent, { type: T }>;

const settled: CallState = { name: 'settled' };
const withdrawn: S = [settled, [{ type: 'withdraw' }]];
const to = (state: CallState): S => [state, []];

const resolve = (_: InFlight, { result }: On<'answered'>): S => [settled, [{ type: 'resolve', result }]];
const reject = (call: InFlight, failure: AttemptFailure): S => [
  settled,
  [{ type: 'reject', failure, attempts: call.sends + call.misses, uncertain: isUncertain(call) }],
];

/** Says whether the relay may have done it, or may still do it. */
const isUncertain = ({ uncertain, open }: InFlight): boolean => uncertain || open > 0;
/** Says whether it may not be sent again, should this attempt fail. */
const isLast = ({ policy, sends, open }: InFlight): boolean =>
  sends >= policy.attempts || (!policy.repeatable && open > 0);
/** Says whether waiting for another connection is of no use to a call that fails fast. */
const isRefused = ({ policy }: InFlight, link: Link): boolean => policy.failFast && link.name === 'failed';

const unanswered = (cause?: Error): AttemptFailure => ({ reason: 'timeout', cause });
const noConnection = ({ name, error }: Link): AttemptFailure => ({
  reason: name === 'closed' || name === 'failed' ? 'closed' : 'offline',
  cause: error,
});

const begin = ({ policy }: Of<'new'>, _: On<'begun'>, link: Link): S => {
  const none = {
    sends: 0,
    misses: 0,
    open: 0,
    losses: 0,
    uncertain: false,
    withdrawn: false,
    last: undefined,
  };
  return attempt({ policy, ...none, deadline: { in: policy.deadline } }, link);
};

/** Makes one more attempt: a send, or without a connection, a wait for one. */
function attempt(call: InFlight, link: Link): S {
  const { policy, sends, misses, open } = call;
  if (link.name !== 'up')
    return goOffline({ ...call, misses: Math.min(misses + 1, policy.attempts - sends) }, link);
  const sent = { ...inFlightOf(call), sends: sends + 1, misses: 0, open: open + 1 };
  return [{ name: 'sent', ...sent, wait: { in: policy.timeout } }, [{ type: 'send' }]];
}

function goOffline(call: InFlight, link: Link): S {
  const { policy, sends, misses } = call;
  const last = noConnection(link);
  if (isRefused(call, link)) return reject(call, last);
  const isLastMiss = sends + misses >= policy.attempts;
  const wait = isLastMiss ? undefined : { in: policy.timeout };
  return to({ name: 'offline', ...inFlightOf(call), last, wait });
}

/** Takes a call without the state that it is in. */
const inFlightOf = (call: InFlight): InFlight => {
  const { policy, sends, misses, open, losses, uncertain, withdrawn, deadline, last } = call;
  return { policy, sends, misses, open, losses, uncertain, withdrawn, deadline, last };
};

/** Keeps the newest reason for which there is no connection. */
const stayOffline = (call: Of<'offline'>, _: On<'link down'>, link: Link): S => {
  if (link.name === 'up') return to(call);
  return isRefused(call, link) ? goOffline(call, link) : to({ ...call, last: noConnection(link) });
};

/** Waits after an attempt that failed, and makes another one, as long as there may be one. */
function backOff(call: InFlight, last: AttemptFailure, chance: number, n = call.sends + call.misses): S {
  if (isLast(call)) return reject(call, last);
  const wait = { in: call.policy.backoff(n, chance) };
  return to({ name: 'backingOff', ...inFlightOf(call), last, wait });
}

/** Counts one refused send: the attempt has failed when all of them are refused, because all have one id. */
const refuse = (
  call: Of<'sent' | 'backingOff'>,
  { error, permanent, failed = false, chance }: On<'refused'>,
): S => {
  const last: AttemptFailure = { reason: 'rejected', cause: error };
  const uncertain = call.uncertain || failed;
  const refused = { ...call, open: Math.max(0, call.open - 1), uncertain, last };
  if (refused.withdrawn && !isUncertain(refused)) return withdrawn;
  if (permanent && call.policy.failFast) return reject(refused, last);
  return refused.name === 'sent' && refused.open === 0 ? backOff(refused, last, chance) : to(refused);
};

/** No answer can come any more on a socket that is lost. */
const lost = <C extends InFlight>(call: C): C =>
  call.open === 0 ? call : { ...call, open: 0, uncertain: true };

/**
 * Begins the next attempt, which is made on the next socket: at once after a first loss, later after further ones, so that
 * connections that end in quick succession leave attempts, and a call that ends them is not always sent with the others.
 * The loss does not count where another call was too large.
 */
const lose = (call: Of<'sent'>, { chance }: On<'link down'>, link: Link): S => {
  const gone = noConnection(link);
  const last = gone.reason === 'closed' ? gone : unanswered(link.error);
  const isSpared = link.error?.code === Code.frameTooLarge && call.policy.attempts > 1;
  const [sends, losses] = isSpared ? [call.sends - 1, call.losses] : [call.sends, call.losses + 1];
  const counted = { ...call, sends, losses };
  if (isLast(counted) || isRefused(call, link)) return reject(call, last);
  return losses > 1
    ? backOff(lost(counted), last, chance, sends + 2)
    : attempt({ ...lost(counted), last }, link);
};

/**
 * Asks a silent relay for a sign of life, and keeps the last send for when there is one, or another connection: a dead
 * socket would swallow it with the others.
 */
const doubt = (call: Of<'sent'>, { chance, silent = false }: On<'due'>): S => {
  if (!silent || isLast(call)) return backOff(call, unanswered(), chance);
  const { patient, attempts } = call.policy;
  const isKept = patient && call.sends + 1 >= attempts;
  const [next, effects] = isKept ? to({ ...call, wait: undefined }) : backOff(call, unanswered(), chance);
  return [next, [...effects, { type: 'ask' }]];
};

/** Gives up at once: it would end every connection that it is sent on. That it is the culprit is a guess: the relay may have it. */
const outgrow = (call: Of<'sent' | 'backingOff'>, { error }: On<'outsized'>): S =>
  call.withdrawn ? withdrawn : reject(call, { reason: 'rejected', cause: error });

/** Keeps the wait of a call that was refused, or lost again and again; sends at once one that only found no connection. */
const revive = (call: Of<'backingOff'>, _: On<'link up'>, link: Link): S =>
  call.last?.reason === 'rejected' || call.losses > 1 ? to(call) : attempt(call, link);

const expire = (call: InFlight): S => reject(call, call.last ?? unanswered());
const withdraw = (call: Of<'new' | 'sent' | 'offline' | 'backingOff'>): S =>
  'sends' in call && call.policy.repeatable && isUncertain(call)
    ? to({ ...call, withdrawn: true })
    : withdrawn;
const close = (call: InFlight, { error }: On<'closed'>): S =>
  reject(call, { reason: 'closed', cause: error });

/**
 * Moves one request: sent at most as often as its policy says, again at once on a new connection, and settled once, by
 * the answer to any of its attempts, after the last of them, or at its deadline. The context is the link at this moment.
 */
export const reduceCall = reducerOf<CallState, CallEvent, CallEffect, Link>({
  new: { begun: begin, withdrawn: withdraw },
  sent: {
    answered: resolve,
    refused: refuse,
    'link down': lose,
    due: doubt,
    heard: (call, { chance }) => (call.wait ? to(call) : backOff(call, unanswered(), chance)),
    outsized: outgrow,
    expired: (call) => reject(call, unanswered()),
    withdrawn: withdraw,
    closed: close,
  },
  offline: {
    'link up': (call, _, link) => attempt(call, link),
    'link down': stayOffline,
    due: (call, { chance }) => backOff(call, call.last ?? unanswered(), chance),
    expired: expire,
    withdrawn: withdraw,
    closed: close,
  },
  backingOff: {
    answered: resolve, // to an earlier attempt
    refused: refuse,
    'link up': revive,
    'link down': (call) => to(lost(call)),
    outsized: outgrow,
    due: (call, _, link) => attempt(call, link),
    expired: expire,
    withdrawn: withdraw,
    closed: close,
  },
  settled: {},
});
