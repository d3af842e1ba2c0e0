import { type Reducer, reducerOf, type Step } from '../base/table.js';
import type {
  Attempt,
  Closing,
  Connected,
  Connecting,
  ConnectionEffect,
  ConnectionEvent,
  ConnectionState,
  Outage,
  Session,
  Waiting,
} from './state.js';

/** Times, hosts and the protocol's answers that the state machine decides by. */
export interface ConnectionRules<X = unknown> {
  /** The primary host, then its fallbacks. */
  readonly hosts: readonly [string, ...string[]];
  /** RTB1: milliseconds before the `n`th retry, counted from 1. */
  readonly disconnectedRetry: (n: number, chance: number) => number;
  /** Milliseconds between two attempts while suspended. */
  readonly suspendedRetry: number;
  /** Milliseconds after which a connection is stable; one lost before that is not dialled again at once. */
  readonly stableAfter: number;
  /** Milliseconds until an outage suspends the connection, where no session says so (DF1a). */
  readonly keepFor: number;
  /** Whether the peer is told before hanging up. */
  readonly sendsClose: boolean;
  /** Whether the new session continues the old one. */
  readonly continues: (before: Session<X>, now: Session<X>) => boolean;
  /** Session after a further greeting on the same connection; the new one where left out. */
  readonly merged?: ((before: Session<X>, now: Session<X>) => Session<X>) | undefined;
}

type S = Step<ConnectionState, ConnectionEffect>;
type On<T extends ConnectionEvent['type']> = Extract<ConnectionEvent, { type: T }>;
type Failure = { readonly error: Error };

const to = (state: ConnectionState, ...effects: ConnectionEffect[]): S => [state, effects];
const close = (): S => to({ name: 'closed' });
const fail = (_: ConnectionState, { error }: Failure): S => to({ name: 'failed', error });

/** RTN17i: every round begins with the primary host. */
function dial(
  { hosts: [host, ...remainingHosts] }: ConnectionRules,
  outage?: Outage,
  { resume = outage?.resume, byUser }: Partial<Attempt> = {},
): S {
  const attempt = { host, resume, ...(byUser && { byUser }) };
  return to({ name: 'connecting', attempt, outage, remainingHosts });
}
const dialAnew = (_: ConnectionState, __: ConnectionEvent, rules: ConnectionRules): S =>
  dial(rules, undefined, { byUser: true });
const dialAgain = ({ outage }: Waiting, _: ConnectionEvent, rules: ConnectionRules): S => dial(rules, outage);
/** RTN11c */
const dialNow = ({ outage }: Waiting, _: ConnectionEvent, rules: ConnectionRules): S =>
  dial(rules, outage, { byUser: true });

/** The outage with one more failure in it; a new one where there was none. */
const countFailure = (
  before: Outage | undefined,
  resume: Session | undefined,
  error: Error,
  { keepFor }: ConnectionRules,
): Outage => ({
  failures: (before?.failures ?? 0) + 1,
  error,
  resume,
  deadline: before ? before.deadline : { in: resume?.keepFor ?? keepFor },
  ...(before?.renewed && { renewed: true }),
});

const expire = (outage: Outage): Outage => ({ ...outage, deadline: undefined });

/** Waits, longer from failure to failure; a session given up stays given up (RTN14f). */
const wait = (outage: Outage, rules: ConnectionRules, chance: number, restFor = 0): S => {
  const ofServer = restFor > 0 ? ({ isAsked: true } as const) : undefined;
  return outage.deadline
    ? to({
        name: 'disconnected',
        outage,
        retry: { in: restFor + rules.disconnectedRetry(outage.failures, chance), ...ofServer },
      })
    : to({ name: 'suspended', outage, retry: { in: Math.max(restFor, rules.suspendedRetry), ...ofServer } });
};
/** RTN14e; a rest that the peer asks for goes on. */
const suspend = ({ outage, retry }: Waiting, _: ConnectionEvent, rules: ConnectionRules): S =>
  retry.isAsked ? to({ name: 'suspended', outage: expire(outage), retry }) : wait(expire(outage), rules, 0);

const accept = ({ attempt, outage }: Connecting, { session }: On<'ready'>, rules: ConnectionRules): S =>
  to({
    name: 'connected',
    attempt,
    session,
    resumed: attempt.resume !== undefined && rules.continues(attempt.resume, session),
    recentOutage: outage,
  });

/** RTN17f, RTN17j: a fallback host by chance; the first one only after a check of the network. */
function dialOtherHost(state: Connecting, chance: number, { hosts: [primary] }: ConnectionRules): S {
  const { attempt, outage, remainingHosts: left } = state;
  const at = Math.floor(chance * left.length);
  const { host, resume } = attempt;
  return to({
    name: 'connecting',
    attempt: { host: left[at] ?? primary, resume, ...(host === primary && { checkNetwork: true }) },
    outage,
    remainingHosts: left.filter((_, index) => index !== at),
  });
}

/** Dials the same host without a session. */
const forsake = (state: Connecting): S =>
  to({
    ...state,
    attempt: { ...state.attempt, resume: undefined },
    outage: state.outage && { ...state.outage, resume: undefined },
  });

function failAttempt(
  state: Connecting,
  { error, next, chance, restFor, anew }: On<'dropped'>,
  rules: ConnectionRules,
): S {
  const { attempt, outage, remainingHosts } = state;
  if (anew && attempt.resume) return forsake(state);
  return next === 'other host' && remainingHosts.length > 0
    ? dialOtherHost(state, chance, rules)
    : wait(countFailure(outage, attempt.resume, error, rules), rules, chance, restFor); // RTN14d
}

/** RTN20c, RTC8b, RTN17i */
const restart = ({ attempt, outage }: Connecting, _: ConnectionEvent, rules: ConnectionRules): S =>
  dial(rules, outage, attempt);

/** Dials once with new credentials at once; where these are rejected too, the next attempt waits (RSA4b). */
function renew(state: Connecting, { error, chance }: On<'unauthorized'>, rules: ConnectionRules): S {
  const { attempt, outage } = state;
  const failed = countFailure(outage, attempt.resume, error, rules);
  return outage?.renewed
    ? wait(failed, rules, chance)
    : dial(rules, { ...failed, failures: outage?.failures ?? 0, renewed: true }, attempt);
}

/** Waits after the loss of a connection that was not stable yet: not long the first time. */
const pause = (outage: Outage, rules: ConnectionRules, chance: number): S =>
  outage.failures > 1
    ? wait(outage, rules, chance)
    : to({ name: 'disconnected', outage, retry: { in: rules.stableAfter } });

function renewSession(
  state: Connected,
  { error, final, chance }: On<'unauthorized'>,
  rules: ConnectionRules,
): S {
  const { session, recentOutage } = state;
  if (final) return fail(state, { error }); // RTN15j, RTC8a2
  const deadline = { in: session.keepFor };
  return recentOutage?.renewed
    ? pause(countFailure({ ...recentOutage, deadline }, session, error, rules), rules, chance)
    : dial(rules, { failures: 0, error, resume: session, deadline, renewed: true });
}

/** RTN15a, RTN15h3: dials at once where the connection was stable; before that a loss continues the outage. */
function lose(
  { session, recentOutage }: Connected,
  { error, chance, next, restFor, anew }: On<'dropped'>,
  rules: ConnectionRules,
): S {
  const deadline = { in: session.keepFor };
  const resume = anew ? undefined : session;
  const outage = countFailure(recentOutage && { ...recentOutage, deadline }, resume, error, rules);
  if (next === 'wait') return wait(outage, rules, chance, restFor); // RTN20a
  if (!recentOutage) return dial(rules, { failures: 0, error, resume, deadline });
  return pause(outage, rules, chance);
}

/** The next attempt comes as soon as it may after the loss of a connection that was not stable yet. */
function excuse(state: Waiting, _: ConnectionEvent, { stableAfter }: ConnectionRules): S {
  const { outage, retry } = state;
  if (retry.isAsked) return to(state);
  const failures = Math.max(0, outage.failures - 1);
  return to({
    ...state,
    outage: { ...outage, failures },
    retry: retry.in > stableAfter ? { in: stableAfter } : retry,
  });
}

const update = (
  { lastError: _, ...state }: Connected,
  { session }: On<'ready'>,
  { merged }: ConnectionRules,
): S => to({ ...state, session: merged?.(state.session, session) ?? session }); // RTN21, RTN24

const noteError = (state: Connected, { error }: Failure): S => to({ ...state, lastError: error });
const noteReason = (state: Waiting, { error }: Failure): S =>
  to({ ...state, outage: { ...state.outage, error } });

const hangUp = ({ attempt }: Connected | Closing, _: ConnectionEvent, { sendsClose }: ConnectionRules): S =>
  sendsClose ? to({ name: 'closing', attempt, closeSent: true }, { type: 'send close' }) : close();

const reduce = reducerOf<ConnectionState, ConnectionEvent, ConnectionEffect, ConnectionRules>({
  initialized: {
    connect: ({ resume }, _, rules) => dial(rules, undefined, { resume }),
    refused: fail, // RSA4d1
  },
  connecting: {
    ready: accept, // RTN6
    dropped: failAttempt, // RTN14c, RTN14d, RTN20a
    unauthorized: renew, // RTN14b, RTN15c5
    online: restart,
    redial: restart, // RTC8b
    expired: (state) => to(state.outage ? { ...state, outage: expire(state.outage) } : state), // the attempt in progress may finish
    refused: fail, // RTN14g, RTN15c4
    ended: close,
    close: ({ attempt }, _, { sendsClose }) =>
      sendsClose ? to({ name: 'closing', attempt, closeSent: false }) : close(), // RTN12f
  },
  connected: {
    ready: update, // RTN24
    stable: (state) => to(state.recentOutage ? { ...state, recentOutage: undefined } : state),
    dropped: lose, // RTN15a, RTN15h3
    unauthorized: renewSession, // RTN15h2
    warned: noteError, // RSA4c3
    refused: fail, // RTN15j
    ended: close,
    close: hangUp, // RTN12a
  },
  disconnected: {
    connect: dialNow, // RTN11c
    due: dialAgain, // RTN14d
    online: dialAgain, // RTN20b
    expired: suspend, // RTN14e
    excused: excuse,
    warned: noteReason, // RSA4c1
    refused: fail, // RSA4d1
    close, // RTN12d
  },
  suspended: {
    connect: dialNow, // RTN11c
    due: dialAgain, // RTN14f, RTN14h
    online: dialAgain, // RTN20b
    warned: noteReason, // RSA4c1
    refused: fail, // RSA4d1
    close, // RTN12d
  },
  closing: {
    connect: dialAnew, // RTN11b
    ready: (state, event, rules) => (state.closeSent ? to(state) : hangUp(state, event, rules)), // RTN12f
    ended: close, // RTN12a
    dropped: close, // RTN12b, RTN12c
    unauthorized: close,
    refused: close,
  },
  closed: { connect: dialAnew, refused: fail }, // RTN11d, RSA4d1
  failed: { connect: dialAnew }, // RTN11d
});

/**
 * The connection's state machine. Pure: time, chance and sockets are the caller's. Sessions go in and come out as they are,
 * since only `rules` looks into them. The same state object where the event changes nothing.
 */
export const reduceConnection = reduce as <X>(
  ...step: Parameters<Reducer<ConnectionState<X>, ConnectionEvent<X>, ConnectionEffect, ConnectionRules<X>>>
) => Step<ConnectionState<X>, ConnectionEffect>;
