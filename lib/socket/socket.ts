import {
  catchError,
  defer,
  EMPTY,
  ignoreElements,
  map,
  merge,
  type OperatorFunction,
  of,
  type SchedulerLike,
  share,
  Subject,
  switchMap,
  take,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { webSocket } from 'rxjs/webSocket';
import type { Data } from '../codec/codec.js';
import type { WebSocketLike } from './types.js';
import { redact } from './redact.js';

/** The socket is open: from now on, and not before, what is sent leaves. */
export interface Opened {
  readonly type: 'opened';
}
/** The last value of every socket, however it ended; 1006 where nobody said why. */
export interface Closed {
  readonly type: 'closed';
  readonly code: number;
  readonly reason: string;
}
/** What arrives comes as it is, unwrapped: this is the hot path. */
export type SocketEvent = Opened | Closed | Data;

/** Makes the raw socket. It may already send headers and watch for pings; `throughSocket` takes it from there. */
export type Dial = () => WebSocketLike;

/** How long an error may stand alone before it counts as the end: some sockets fire `error` and never `close`. */
const errorStandsAlone = 250;

/** `new` on a function that returns an object gives that object: the one way to hand WebSocketSubject a socket. */
const constructorOf = (dial: Dial) =>
  function () {
    return dial();
  } as unknown as new (url: string) => WebSocket;

const textOf = (failure: unknown): string =>
  typeof failure === 'object' && failure !== null && 'message' in failure
    ? redact(String(failure.message))
    : '';

/**
 * One WebSocket, as an operator: subscribing dials, what the source emits is sent, what arrives comes out,
 * `closed` is the last value, and unsubscribing hangs up. It never errors and is never reused.
 *
 * The source is not subscribed to until the socket is open, because a WebSocketSubject keeps what it is given
 * while closed and sends it on whatever socket it opens next.
 */
export function throughSocket(dial: Dial, scheduler: SchedulerLike): OperatorFunction<Data, SocketEvent> {
  return (outgoing$) =>
    defer(() => {
      const opened = new Subject<Event>();
      const closed = new Subject<CloseEvent>();
      const failed = new Subject<unknown>();
      let failure = ''; // an error comes first and knows why; the close after it knows only a code
      const socket = webSocket<Data>({
        url: '',
        WebSocketCtor: constructorOf(dial),
        serializer: (data) => data, // frames are encoded above: a serializer that throws hides its error
        deserializer: ({ data }: MessageEvent<Data>) => data, // and decoded above: one that throws ends the stream
        openObserver: opened,
        closeObserver: closed,
      });
      const closedBy = (code: number, reason: string): Closed => ({
        type: 'closed',
        code,
        reason: redact(reason) || failure,
      });
      const closedAlone = (): Closed => closedBy(1006, '');
      const end$ = merge(
        closed.pipe(map(({ code, reason }) => closedBy(code, reason))),
        failed.pipe(
          switchMap((error) => (error instanceof Error ? of(0) : timer(errorStandsAlone, scheduler))),
          map(closedAlone),
        ),
      ).pipe(take(1), share());
      const sent$ = opened.pipe(
        switchMap(() => outgoing$),
        tap((data) => {
          socket.next(data);
        }),
        ignoreElements(),
      );
      const opened$ = opened.pipe(map((): Opened => ({ type: 'opened' })));
      const data$ = socket.pipe(
        catchError((error: unknown) => {
          if (!isCloseEvent(error)) {
            failure = textOf(error);
            failed.next(error);
          }
          return EMPTY; // `end$` tells it
        }),
      );
      // `sent$` first, so that what is emitted in answer to `opened` already has somewhere to go; `data$` has nothing on
      // its way that costs per frame, and ends by itself.
      return merge(sent$.pipe(takeUntil(end$)), opened$.pipe(takeUntil(end$)), end$, data$);
    });
}

const isCloseEvent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && 'wasClean' in error;
export const isData = (event: SocketEvent): event is Data =>
  typeof event === 'string' || ArrayBuffer.isView(event) || event instanceof ArrayBuffer;
