import {
  catchError,
  defer,
  distinctUntilChanged,
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
import { type Epic, machine } from '../rx/machine.js';
import { silence } from '../rx/silence.js';
import type { Platform } from '../socket/address.js';
import { isData, type SocketEvent, throughSocket } from '../socket/socket.js';
import type { Protocol } from './protocol.js';
import { connectionReducer, type Rules } from './reduce.js';
import type {
  Attempt,
  Command,
  ConnectionEffect,
  ConnectionEvent,
  ConnectionState,
  End,
  Verdict,
  Wait,
} from './state.js';

export interface ConnectionSettings<X> {
  readonly rules: Omit<Rules<X>, 'saysFarewell' | 'continues'>;
  /** RTN14c, RTN12b, RTN23a: milliseconds that an opening or a closing may take, and silence may exceed its promise. */
  readonly requestTimeout: number;
  /** Milliseconds after which a connection counts as holding. */
  readonly holdsAfter: number;
  readonly platform: Platform;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

/** A running connection, and its two doors. */
export interface Connection<X, In, Out> {
  /** Subscribing runs the connection, once; unsubscribing hangs up. The initial state comes first; never completes. */
  readonly state$: Observable<ConnectionState<X>>;
  /** Every frame that is no verdict, in the turn in which it arrived. */
  readonly frame$: Observable<In>;
  /** Each frame that could not be decoded. */
  readonly undecoded$: Observable<unknown>;
  readonly command: (command: Command) => void;
  /** Sends on the socket at hand; without an open one the frame is gone, so that whoever needs an answer keeps it. */
  readonly send: (frame: Out) => void;
}

/** One connection over however many sockets: dials, resumes, waits and watches as the machine's state says. */
export function connectionOf<X, In, Out>(
  protocol: Protocol<X, In, Out>,
  settings: ConnectionSettings<X>,
): Connection<X, In, Out> {
  type State = ConnectionState<X>;
  type Event = ConnectionEvent<X>;
  type ConnectionEpic = Epic<State, ConnectionEffect, Event>;
  const { rules, requestTimeout, holdsAfter, platform, scheduler, random } = settings;
  const { address, decode, encode, ended, farewell, judge, opened } = protocol;
  const command = new Subject<Command>();
  const outgoing = new Subject<Data>();
  const frame = new Subject<In>();
  const undecoded = new Subject<unknown>();
  let heardAt = 0; // when the peer last gave a sign of life; read by `silence`

  const send = (out: Out): void => {
    outgoing.next(encode(out));
  };
  const heard = (): void => {
    heardAt = scheduler.now();
  };
  const asEvent = (verdict: Verdict<X>): Event =>
    verdict.type === 'dropped' ? { ...verdict, chance: random() } : verdict;
  const asEnded = (end: End): Event => asEvent(ended(end));

  /** The hot path: a frame that is no verdict goes up from here, and the machine never hears of it. */
  const receive = (data: Data): Verdict<X> | undefined => {
    heard();
    let decoded: In;
    try {
      decoded = decode(data);
    } catch (error) {
      undecoded.next(error);
      return undefined;
    }
    const verdict = judge(decoded);
    if (verdict === undefined) frame.next(decoded);
    return verdict;
  };
  const judged = (event: SocketEvent): Verdict<X> | undefined => {
    if (isData(event)) return receive(event);
    heard();
    return event.type === 'opened' ? opened : ended(event);
  };

  const attempting: ConnectionEpic = (state$) =>
    state$.pipe(
      during(attemptOf, (attempt: Attempt<X>) =>
        address(attempt).pipe(
          switchMap((found) => outgoing.pipe(throughSocket(() => platform.dial(found, heard), scheduler))),
          map(judged),
          filter((verdict) => verdict !== undefined),
          map(asEvent),
          catchError((cause: unknown) => of(asEnded({ type: 'undialled', cause }))), // one attempt may fail, the machine may not
        ),
      ),
    );
  const idling: ConnectionEpic = (state$) =>
    state$.pipe(
      during(
        (state) =>
          state.name === 'connected' && state.session.idleAfter !== undefined ? state.session : undefined,
        ({ idleAfter = 0 }) =>
          silence(() => heardAt, idleAfter + requestTimeout, scheduler).pipe(
            map(() => asEnded({ type: 'idle', after: idleAfter + requestTimeout })), // RTN23a
          ),
      ),
    );
  const parting: ConnectionEpic = (_, effect$) =>
    effect$.pipe(
      tap(() => {
        if (farewell !== undefined) send(farewell);
      }),
      ignoreElements(),
    );
  /** A timer that lives as long as `key` stays in the state. */
  const after =
    <K>(key: (state: State) => K | undefined, ms: (key: K) => number, event: () => Event): ConnectionEpic =>
    (state$) =>
      state$.pipe(during(key, (found) => timer(ms(found), scheduler).pipe(map(event))));
  const waitFor = ({ in: ms }: Wait): number => ms;

  const state$ = defer(() =>
    command.pipe(
      machine<State, Event, ConnectionEffect>(
        { name: 'initialized' },
        connectionReducer({ ...rules, saysFarewell: farewell !== undefined, continues: protocol.continues }),
        [
          attempting,
          idling,
          parting,
          after(
            (state) => ('retry' in state ? state.retry : undefined),
            waitFor,
            () => ({ type: 'due' }),
          ),
          after(
            (state) => ('outage' in state ? state.outage?.deadline : undefined),
            waitFor,
            () => ({ type: 'expired' }),
          ),
          after(
            (state) => (state.name === 'connected' ? state.overcome : undefined),
            () => holdsAfter,
            () => ({ type: 'held' }),
          ),
          after(
            (state) => (state.name === 'connecting' ? state.attempt : undefined),
            () => requestTimeout,
            () => asEnded({ type: 'timed out', after: requestTimeout }), // RTN14c
          ),
          after(
            (state) => (state.name === 'closing' ? state.attempt : undefined),
            () => requestTimeout,
            () => ({ type: 'ended' }),
          ), // RTN12b
        ],
      ),
      map(([state]) => state),
      distinctUntilChanged(),
    ),
  );
  return {
    state$,
    frame$: frame,
    undecoded$: undecoded,
    command: (given) => {
      command.next(given);
    },
    send,
  };
}

/** The attempt, and with it the socket, lives through connecting, connected and closing. */
const attemptOf = <X>(state: ConnectionState<X>): Attempt<X> | undefined =>
  'attempt' in state ? state.attempt : undefined;
