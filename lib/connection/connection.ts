import {
  catchError,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  ignoreElements,
  map,
  Observable,
  of,
  race,
  type SchedulerLike,
  Subject,
  switchMap,
  tap,
} from 'rxjs';
import type { Data } from '../codec/codec.js';
import { during } from '../rx/during.js';
import { FastSubject } from '../rx/fast-subject.js';
import { machine } from '../rx/machine.js';
import { idleRepeated } from '../rx/idle.js';
import type { Address, Lifecycle, Platform, WebSocketLike } from '../socket/types.js';
import { throughSocket } from '../socket/socket.js';
import { attemptOf, type ConnectionEpic, timersOf } from './timers.js';
import type { Protocol } from './protocol.js';
import { dispatcherOf } from './dispatch.js';
import { connectionReducer, type Rules } from './reduce.js';
import type {
  Command,
  ConnectionEffect,
  ConnectionEvent,
  ConnectionState,
  End,
  Session,
  Outcome,
} from './state.js';

export interface ConnectionSettings<X> {
  readonly rules: Omit<Rules<X>, 'saysFarewell' | 'continues' | 'merged'>;
  /** RTN14c, RTN12b, RTN23a: milliseconds that an opening or a closing may take, and that silence may exceed its promise by. */
  readonly requestTimeout: number;
  /** Milliseconds by which silence may exceed its promise, where that is not `requestTimeout`. */
  readonly idleMargin?: number;
  readonly platform: Platform;
  readonly lifecycle$: Observable<Lifecycle>;
  /** RTN16: a session of an earlier process to go on with. */
  readonly recovered?: Session<X> | undefined;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

/** WHATWG's OPEN: a closed socket goes on telling what it never got rid of. */
const open = 1;

/** A connection, and its doors. */
export interface Connection<X, In, Out> {
  /** Subscribing runs the connection, once; unsubscribing hangs up. The current state comes first; never completes. */
  readonly state$: Observable<ConnectionState<X>>;
  /** Every frame that is no verdict, in the turn in which it arrived. */
  readonly frame$: Observable<In>;
  /** What was thrown for each frame that could not be decoded. */
  readonly undecoded$: Observable<unknown>;
  readonly command: (command: Command) => void;
  /** Sends on the socket at hand; without an open one the frame is gone, so that whoever needs an answer keeps it. */
  readonly send: (frame: Out) => void;
  /** Bytes that wait to leave on the open socket; 0 where there is none, or where it does not tell. */
  readonly bufferedAmount: () => number;
}

/** One connection over however many sockets: dials, resumes, waits and watches as the machine's state says. */
export function connectionOf<X, In, Out>(
  protocol: Protocol<X, In, Out>,
  settings: ConnectionSettings<X>,
): Connection<X, In, Out> {
  type Event = ConnectionEvent<X>;
  const { rules, platform, scheduler, random, recovered } = settings;
  const { address, continues, encode, closeFrame, merged, probe } = protocol;
  const command = new Subject<Command>();
  const outgoing = new Subject<Data>();
  const frame = new FastSubject<In>();
  const undecoded = new Subject<unknown>();
  let heardAt = 0; // when the peer last gave a sign of life: written per frame, read by one timer
  let dialled: Pick<WebSocketLike, 'readyState' | 'bufferedAmount'> | undefined; // only ever asked, and only while open

  const send = (out: Out): void => {
    outgoing.next(encode(out));
  };
  const heard = (): void => {
    heardAt = scheduler.now();
  };
  const asEvent = (verdict: Outcome<X>): Event =>
    verdict.type === 'dropped' || verdict.type === 'unauthorized'
      ? { ...verdict, chance: random() }
      : verdict;
  const ended = (end: End): Event => asEvent(protocol.ended(end));
  const receive = dispatcherOf(protocol, {
    heard,
    frame: (decoded) => {
      frame.next(decoded);
    },
    undecoded: (error) => {
      undecoded.next(error);
    },
  });

  const dial = (found: Address): WebSocketLike => {
    const socket = platform.dial(found, heard);
    dialled = socket;
    return socket;
  };
  const onSocket = (found: Address): Observable<Outcome<X>> =>
    outgoing.pipe(
      throughSocket(() => dial(found), scheduler),
      map(receive),
      filter((verdict) => verdict !== undefined),
    );
  /** Whoever has not even dialled yet has nothing to say goodbye to. */
  const givenUp = (state$: Observable<ConnectionState<X>>): Observable<undefined> =>
    state$.pipe(
      filter(({ name }) => name === 'closing'),
      map(() => undefined),
    );
  const attempting: ConnectionEpic<X> = (state$) =>
    state$.pipe(
      during(attemptOf, (attempt) =>
        race(address(attempt), givenUp(state$)).pipe(
          switchMap((found) => (found ? onSocket(found) : of<Outcome<X>>({ type: 'ended' }))),
          map(asEvent),
          catchError((cause: unknown) => of(ended({ type: 'undialled', cause }))), // one attempt may fail, the machine may not
        ),
      ),
    );
  const parting: ConnectionEpic<X> = (_, effect$) =>
    effect$.pipe(
      tap(() => {
        if (closeFrame !== undefined) send(closeFrame);
      }),
      ignoreElements(),
    );
  const probing: ConnectionEpic<X> = (state$) =>
    probe === undefined
      ? EMPTY
      : state$.pipe(
          during(
            (state) => (state.name === 'connected' ? state.session : undefined),
            () => idleRepeated(() => heardAt, probe.after, scheduler),
          ),
          tap(() => {
            send(probe.frame());
          }),
          ignoreElements(),
        );

  const state$ = defer(() =>
    command.pipe(
      machine<ConnectionState<X>, Event, ConnectionEffect>(
        { name: 'initialized', ...(recovered && { resume: recovered }) },
        connectionReducer({ ...rules, continues, merged, saysFarewell: closeFrame !== undefined }),
        [attempting, parting, probing, ...timersOf({ ...settings, ...rules, heardAt: () => heardAt, ended })],
      ),
      map(([state]) => state),
      distinctUntilChanged(),
    ),
  );
  return {
    state$,
    frame$: new Observable((subscriber) => {
      frame.join(subscriber);
    }),
    undecoded$: undecoded,
    command: (given) => {
      command.next(given);
    },
    send,
    bufferedAmount: () => (dialled?.readyState === open ? (dialled.bufferedAmount ?? 0) : 0),
  };
}
