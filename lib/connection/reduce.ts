import type { Reducer, Step } from '../base/table.js';
import { reducerOf } from '../base/table.js';
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
  Deadline,
  Waiting,
} from './state.js';

export interface Rules<X> {
  /** The primary host, then its fallbacks. */
  readonly hosts: readonly [string, ...string[]];
  /** RTB1: milliseconds before the `n`th retry, counted from 1. */
  readonly disconnectedRetry: (n: number, chance: number) => number;
  readonly suspendedRetry: number;
  /** Milliseconds after which a connection counts as holding; one lost before that is not dialled again at once. */
  readonly holdsAfter: number;
  /** How long an outage may last before it is one, where no session says so (DF1a). */
  readonly keepFor: number;
  /** Whether the peer is to be told before hanging up. */
  readonly saysFarewell: boolean;
  /** Whether the new session continues the old one. */
  readonly continues: (before: Session<X>, now: Session<X>) => boolean;
  /** What holds after the peer has told more of the session at hand; the new one where left out. */
  readonly merged?: ((before: Session<X>, now: Session<X>) => Session<X>) | undefined;
}

/** The connection's state machine. Pure: time, chance and sockets are the caller's. */
export function connectionReducer<X>(
  rules: Rules<X>,
): Reducer<ConnectionState<X>, ConnectionEvent<X>, ConnectionEffect> {
  type State = ConnectionState<X>;
  type S = Step<State, ConnectionEffect>;
  type Dropped = Extract<ConnectionEvent<X>, { type: 'dropped' }>;
  type Unauthorized = Extract<ConnectionEvent<X>, { type: 'unauthorized' }>;
  type Told = { readonly error: Error };
  const {
    hosts: [primary, ...fallbacks],
    disconnectedRetry,
    suspendedRetry,
    holdsAfter,
    keepFor,
    saysFarewell,
    continues,
    merged,
  } = rules;

  const to = (state: State, ...effects: ConnectionEffect[]): S => [state, effects];
  const closed = (): S => to({ name: 'closed' });
  const failed = (_: State, { error }: Told): S => to({ name: 'failed', error });
  const dial = (outage?: Outage<X>, resume = outage?.resume): S =>
    to({
      name: 'connecting',
      attempt: { host: primary, resume },
      outage,
      remainingHosts: fallbacks,
    }); // RTN17i

  const failing = (
    before: Outage<X> | undefined,
    resume: Session<X> | undefined,
    error: Error,
  ): Outage<X> => ({
    failures: (before?.failures ?? 0) + 1,
    error,
    resume,
    deadline: before ? before.deadline : { in: resume?.keepFor ?? keepFor },
    ...(before?.renewed && { renewed: true }),
  });
  /** Waits, longer from failure to failure; once the session is given up, it stays given up (RTN14f). */
  const rest = (outage: Outage<X>, chance: number, restFor = 0): S =>
    outage.deadline
      ? to({
          name: 'disconnected',
          outage,
          retry: { in: restFor + disconnectedRetry(outage.failures, chance) },
        })
      : to({ name: 'suspended', outage, retry: { in: Math.max(restFor, suspendedRetry) } });

  const ready = ({ attempt, outage }: Connecting<X>, session: Session<X>): S =>
    to({
      name: 'connected',
      attempt,
      session,
      resumed: attempt.resume !== undefined && continues(attempt.resume, session),
      recentOutage: outage,
    });
  /** RTN17f, RTN17j: a fallback by chance, after a look at whether the network is there at all. */
  const otherHost = ({ attempt, outage, remainingHosts }: Connecting<X>, chance: number): S => {
    const at = Math.floor(chance * remainingHosts.length);
    const { host, resume } = attempt;
    const next: Attempt<X> = {
      host: remainingHosts[at] ?? primary,
      resume,
      ...(host === primary && { probe: true }),
    };
    return to({
      name: 'connecting',
      attempt: next,
      outage,
      remainingHosts: remainingHosts.filter((_, index) => index !== at),
    });
  };
  const attemptFailed = (state: Connecting<X>, { error, next, chance, restFor }: Dropped): S =>
    next === 'other host' && state.remainingHosts.length > 0
      ? otherHost(state, chance)
      : rest(failing(state.outage, state.attempt.resume, error), chance, restFor); // RTN14d
  const restart = (state: Connecting<X>): S => to({ ...state, attempt: { ...state.attempt } }); // RTN20c, RTC8b
  /** One dial with new credentials at once; if these do not hold either, the next ones come after a wait (RSA4b). */
  const renewing = (state: Connecting<X>, { error, chance }: Unauthorized): S => {
    const { attempt, outage } = state;
    if (outage?.renewed) return rest(failing(outage, attempt.resume, error), chance);
    const renewed = { ...failing(outage, attempt.resume, error), renewed: true } as const;
    return to({ ...state, attempt: { ...attempt }, outage: { ...renewed, failures: outage?.failures ?? 0 } });
  };
  const expiredWhileUp = (state: Connected<X>, { error, final, chance }: Unauthorized): S => {
    const { session, recentOutage } = state;
    if (final) return failed(state, { error }); // RTN15j, RTC8a2
    const outage = {
      failures: 0,
      error,
      resume: session,
      deadline: { in: session.keepFor },
      renewed: true,
    } as const;
    return recentOutage?.renewed
      ? rest(failing({ ...recentOutage, ...outage }, session, error), chance)
      : dial(outage);
  };
  const troubled = (state: Connected<X>, { error }: Told): S => to({ ...state, lastError: error });
  const warned = (state: Waiting<X>, { error }: Told): S =>
    to({ ...state, outage: { ...state.outage, error } });
  const lost = (state: Connected<X>, dropped: Dropped): S => {
    const { session, recentOutage } = state;
    const { error, chance, next, restFor } = dropped;
    const deadline: Deadline = { in: session.keepFor };
    const outage = failing(recentOutage && { ...recentOutage, deadline }, session, error); // lost again before it held: no tight loop
    if (next === 'wait') return rest(outage, chance, restFor); // RTN20a
    if (!recentOutage) return dial({ failures: 0, error, resume: session, deadline }); // RTN15a, RTN15h3
    return outage.failures > 1
      ? rest(outage, chance)
      : to({ name: 'disconnected', outage, retry: { in: holdsAfter } });
  };
  const update = ({ lastError: _, ...state }: Connected<X>, session: Session<X>): S =>
    to({ ...state, session: merged?.(state.session, session) ?? session }); // RTN21, RTN24
  const hangUp = ({ attempt }: { readonly attempt: Attempt<X> }): S =>
    saysFarewell ? to({ name: 'closing', attempt, farewell: 'said' }, { type: 'bid farewell' }) : closed();
  const giveUp = ({ attempt }: Connecting<X>): S =>
    saysFarewell ? to({ name: 'closing', attempt, farewell: 'owed' }) : closed();
  const sayOwed = (state: Closing<X>): S => (state.farewell === 'owed' ? hangUp(state) : to(state));
  const expire = (outage: Outage<X>): Outage<X> => ({ ...outage, deadline: undefined });
  const again = ({ outage }: Waiting<X>): S => dial(outage);

  return reducerOf<State, ConnectionEvent<X>, ConnectionEffect>({
    initialized: { connect: ({ resume }) => dial(undefined, resume), refused: failed }, // RSA4d1
    connecting: {
      ready: (state, { session }) => ready(state, session), // RTN6
      dropped: attemptFailed, // RTN14c, RTN14d, RTN20a
      unauthorized: renewing, // RTN14b, RTN15c5
      online: restart,
      redial: restart, // RTC8b
      expired: (state) => to(state.outage ? { ...state, outage: expire(state.outage) } : state), // the attempt under way may finish
      refused: failed, // RTN14g, RTN15c4
      ended: (_, _event) => closed(),
      close: giveUp, // RTN12f
    },
    connected: {
      ready: (state, { session }) => update(state, session), // RTN24
      held: (state) => to(state.recentOutage ? { ...state, recentOutage: undefined } : state),
      dropped: lost, // RTN15a, RTN15h3
      unauthorized: expiredWhileUp, // RTN15h2
      warned: troubled, // RSA4c3
      refused: failed, // RTN15j
      ended: closed,
      close: hangUp, // RTN12a
    },
    disconnected: {
      connect: again, // RTN11c
      due: again, // RTN14d
      online: again, // RTN20b
      expired: ({ outage }) => rest(expire(outage), 0), // RTN14e
      warned, // RSA4c1
      refused: failed, // RSA4d1
      close: closed, // RTN12d
    },
    suspended: {
      connect: again, // RTN11c
      due: again, // RTN14f, RTN14h
      online: again, // RTN20b
      warned, // RSA4c1
      refused: failed, // RSA4d1
      close: closed, // RTN12d
    },
    closing: {
      connect: () => dial(), // RTN11b
      ready: sayOwed, // RTN12f
      ended: closed, // RTN12a
      dropped: closed, // RTN12b, RTN12c
      unauthorized: closed,
      refused: closed,
    },
    closed: { connect: () => dial(), refused: failed }, // RTN11d, RSA4d1
    failed: { connect: () => dial() }, // RTN11d
  });
}
