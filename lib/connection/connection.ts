import {
  catchError,
  EMPTY,
  filter,
  ignoreElements,
  map,
  type Observable,
  of,
  type SchedulerLike,
  Subject,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import type { Data } from '../codec/codec.js';
import { during } from '../rx/during.js';
import { idleRepeated } from '../rx/idle.js';
import { machine } from '../rx/machine.js';
import { type Outside, subscribeOutside } from '../rx/outside.js';
import { type SocketEvent, throughSocket } from '../socket/socket.js';
import type { Address, Lifecycle, Platform, WebSocketLike } from '../socket/types.js';
import { type Activity, type ConnectionCallbacks, dispatcherOf } from './dispatch.js';
import type { Protocol } from './protocol.js';
import { type ConnectionRules, reduceConnection } from './reduce.js';
import { spacingOf } from './spacing.js';
import type {
  Attempt,
  Command,
  ConnectionEffect,
  ConnectionEvent,
  ConnectionState,
  End,
  Outcome,
  Session,
} from './state.js';
import { attemptOf, type ConnectionWork, signsOf, timersOf } from './timers.js';

export interface ConnectionSettings<X> {
  readonly rules: Omit<ConnectionRules<X>, 'sendsClose' | 'continues' | 'merged'>;
  /** RTN14c, RTN12b, RTN23a: milliseconds that an opening or a closing may take, and the default of `idleMargin`. */
  readonly requestTimeout: number;
  /** Milliseconds by which silence may exceed the peer's promise. */
  readonly idleMargin?: number;
  readonly platform: Platform;
  /** Where sockets are made; here where it is left out. */
  readonly outside?: Outside | undefined;
  readonly lifecycle$: Observable<Lifecycle>;
  /** RTN16: a session of an earlier process to resume. */
  readonly recovered?: Session<X> | undefined;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

/** A connection, and ways to use it. */
export interface Connection<X, Out> {
  /** Runs the connection while subscribed; subscribe once. Begins with the current state, never completes or errors. */
  readonly state$: Observable<ConnectionState<X>>;
  readonly command: (command: Command) => void;
  /** Sends on the open socket. Without one the frame is dropped: a caller that needs an answer has to keep it. */
  readonly send: (frame: Out) => void;
  /** When the peer last gave a sign of life, on the scheduler's clock. */
  readonly heardAt: () => number;
  /** Bytes not yet sent on the open socket; 0 where there is none, or where its class does not tell. */
  readonly bufferedAmount: () => number;
}

/** WHATWG's OPEN. A socket that is closed still counts the bytes that it never sent. */
const open = 1;

/**
 * One connection over any number of sockets: dials, resumes, waits and watches as the state machine says. Frames go to
 * `callbacks` as long as `state$` is subscribed to.
 */
export function connectionOf<X, In, Out>(
  protocol: Protocol<X, In, Out>,
  settings: ConnectionSettings<X>,
  callbacks: ConnectionCallbacks<In>,
): Connection<X, Out> {
  const { rules, platform, requestTimeout, scheduler, random, recovered } = settings;
  const { encode, continues, merged, closeFrame } = protocol;
  const command = new Subject<ConnectionEvent<X>>();
  const outgoing = new Subject<Data>();
  const activity: Activity = { lastAt: 0 };
  let socket: Pick<WebSocketLike, 'readyState' | 'bufferedAmount'> | undefined; // read only while it is open

  const send = (frame: Out): void => {
    outgoing.next(encode(frame));
  };
  const hear = (): void => {
    activity.lastAt = scheduler.now();
  };
  const dial = (address: Address): Observable<SocketEvent> =>
    outgoing.pipe(
      throughSocket(() => (socket = platform.dial(address, hear)), scheduler),
      subscribeOutside(settings.outside), // also its handlers: a zone is that in which they are set
    );
  const ended = respectingRetryAfter(protocol.ended);
  const toEvent = (outcome: Outcome<X>): ConnectionEvent<X> =>
    outcome.type === 'dropped' || outcome.type === 'unauthorized'
      ? { ...outcome, chance: random() }
      : outcome;
  const allRules = { ...rules, continues, merged, sendsClose: closeFrame !== undefined };
  const initial: ConnectionState<X> = { name: 'initialized', ...(recovered && { resume: recovered }) };
  const timing = { ...settings, ...rules, activity, ended: (end: End) => toEvent(ended(end)) };
  const dispatch = dispatcherOf({ ...protocol, ended }, callbacks, activity, scheduler);
  const space = spacingOf(() => scheduler.now(), requestTimeout / 2); // so that time is left for the dial
  return {
    state$: machine<ConnectionState<X>, ConnectionEvent<X>, ConnectionEffect>({
      initial,
      reduce: (state, event) => reduceConnection(state, event, allRules),
      events: [command, signsOf(timing)],
      works: [
        ...attempting({ protocol, dial, dispatch, toEvent, scheduler, space }),
        ...probing(protocol, send, activity, scheduler),
        ...timersOf(timing),
      ],
      perform: () => {
        if (closeFrame !== undefined) send(closeFrame); // RTN12a
      },
    }),
    command: (given) => {
      command.next(given.type === 'idle' ? toEvent(protocol.ended(given)) : given);
    },
    send,
    heardAt: () => activity.lastAt,
    bufferedAmount: () => (socket?.readyState === open ? (socket.bufferedAmount ?? 0) : 0),
  };
}

/** Leaves a server that refused the handshake alone for as long as it asks. */
const respectingRetryAfter =
  <X>(meaningOf: (end: End) => Outcome<X>) =>
  (end: End): Outcome<X> => {
    const outcome = meaningOf(end);
    const restFor = end.type === 'closed' ? end.retryAfter : undefined;
    return outcome.type === 'dropped' && restFor ? { restFor, ...outcome } : outcome;
  };

interface Attempting<X, In, Out> {
  readonly protocol: Protocol<X, In, Out>;
  readonly dial: (address: Address) => Observable<SocketEvent>;
  readonly dispatch: (event: SocketEvent) => Outcome<X> | undefined;
  readonly toEvent: (outcome: Outcome<X>) => ConnectionEvent<X>;
  /** Milliseconds that an attempt waits which the user asked for. */
  readonly space: () => number;
  readonly scheduler: SchedulerLike;
}

/** Makes each attempt that the state holds, and hangs up once it holds another one or none. */
function attempting<X, In, Out>({
  protocol,
  dial,
  dispatch,
  toEvent,
  space,
  scheduler,
}: Attempting<X, In, Out>): readonly ConnectionWork<X>[] {
  let dialled: Attempt<X> | undefined;
  const address = (attempt: Attempt<X>): Observable<Address> => {
    const rest = attempt.byUser ? space() : 0;
    return rest === 0
      ? protocol.address(attempt)
      : timer(rest, scheduler).pipe(switchMap(() => protocol.address(attempt)));
  };
  return [
    during(attemptOf<X>, (attempt) =>
      address(attempt).pipe(
        switchMap((found) => {
          dialled = attempt;
          return dial(found);
        }),
        map((event) => {
          const outcome = dispatch(event);
          return outcome && toEvent(outcome);
        }),
        filter((event) => event !== undefined),
        catchError((cause: unknown) => of(toEvent(protocol.ended({ type: 'dial failed', cause })))), // ends the attempt, not the machine
      ),
    ),
    // Ends an attempt that is given up before there is a socket, on which CLOSE could be sent.
    during(
      (state: ConnectionState<X>) => (state.name === 'closing' ? state.attempt : undefined),
      (attempt) => (attempt === dialled ? EMPTY : of({ type: 'ended' })),
    ),
  ];
}

/** Sends a probe each time the peer has been silent for the protocol's time. */
const probing = <X, In, Out>(
  { probe }: Protocol<X, In, Out>,
  send: (frame: Out) => void,
  activity: Activity,
  scheduler: SchedulerLike,
): readonly ConnectionWork<X>[] =>
  probe === undefined
    ? []
    : [
        during(
          (state: ConnectionState<X>) => (state.name === 'connected' ? state.session : undefined),
          () =>
            idleRepeated(() => activity.lastAt, probe.after, scheduler).pipe(
              tap(() => {
                send(probe.frame());
              }),
              ignoreElements(),
            ),
        ),
      ];
