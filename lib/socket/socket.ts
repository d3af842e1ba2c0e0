import {
  catchError,
  defer,
  EMPTY,
  finalize,
  identity,
  ignoreElements,
  map,
  merge,
  type Observable,
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
import { isArrayBuffer } from '../codec/bytes.js';
import type { Data } from '../codec/codec.js';
import type { WebSocketLike } from './types.js';
import { redact } from '../base/redact.js';

/** The socket is open: frames can be sent from now on, and not before. */
export interface Opened {
  readonly type: 'opened';
}
/** Last value of every socket, however it ended; code 1006 where the peer gave none. */
export interface Closed {
  readonly type: 'closed';
  readonly code: number;
  readonly reason: string;
  /** Set where the socket was never open. */
  readonly unopened?: true;
  /** Milliseconds for which the server asks to be left alone; `undefined` where it does not say. */
  readonly retryAfter?: number;
}
/** A message, as the socket's own event: nothing is unwrapped on the hot path. */
export interface Received {
  readonly type?: 'message' | undefined;
  readonly data: Data;
}
export type SocketEvent = Opened | Closed | Received;

/** Makes the raw socket, with its headers and its watch for pings. */
export type Dial = () => WebSocketLike;

/** Milliseconds after which an error alone counts as the end: some sockets fire `error` and never `close`. */
const errorStandsAlone = 250;

/** Milliseconds that a closing handshake may take before the connection is ended without it, where the class can do that. */
const closeTimeout = 1000;

/** WHATWG's CLOSED. */
const isClosed = 3;

/** Ends a connection whose closing handshake is not answered in time; its process could not end otherwise. */
function endLater(
  raw: WebSocketLike | undefined,
  closed$: Observable<unknown>,
  scheduler: SchedulerLike,
): void {
  if (!raw?.terminate || raw.readyState === isClosed) return;
  timer(closeTimeout, scheduler)
    .pipe(takeUntil(closed$))
    .subscribe(() => raw.terminate?.());
}

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
 * One WebSocket as an operator: dials on subscription, sends values of the source, emits each message, and hangs up when
 * unsubscribed. Emits `closed` last and completes, however the socket ended; never errors.
 *
 * The source is subscribed to once the socket is open, because a WebSocketSubject buffers values while it is closed, and
 * sends them on the next socket that it opens.
 */
export function throughSocket(dial: Dial, scheduler: SchedulerLike): OperatorFunction<Data, SocketEvent> {
  return (outgoing$) =>
    defer(() => {
      const opened = new Subject<Event>();
      const closed = new Subject<CloseEvent>();
      const failed = new Subject<unknown>();
      let raw: WebSocketLike | undefined;
      let isOpen = false;
      let failure = ''; // an error comes first, with a reason; the close after it has only a code
      const socket = webSocket<Data | Received>({
        url: '',
        WebSocketCtor: constructorOf(() => (raw = dial())),
        serializer: (data) => data as Data, // frames are encoded above: a serializer that throws hides its error
        deserializer: identity as (event: object) => Received, // and decoded above: one that throws ends the stream
        openObserver: opened,
        closeObserver: closed,
      });
      const closedBy = (code: number, reason: string): Closed => ({
        type: 'closed',
        code: code || 1006, // Deno has 0 where the connection is lost
        reason: redact(reason) || failure,
        ...(!isOpen && { unopened: true as const }),
        ...(raw?.retryAfter && { retryAfter: raw.retryAfter }),
      });
      const end$ = merge(
        closed.pipe(map(({ code, reason }) => closedBy(code, reason))),
        failed.pipe(
          switchMap((error) => (error instanceof Error ? of(0) : timer(errorStandsAlone, scheduler))),
          map(() => closedBy(1006, '')),
        ),
      ).pipe(take(1), share());
      const sent$ = opened.pipe(
        switchMap(() => {
          isOpen = true;
          return outgoing$;
        }),
        tap((data) => {
          socket.next(data);
        }),
        ignoreElements(),
      );
      const opened$ = opened.pipe(map((): Opened => ({ type: 'opened' })));
      const received$ = (socket as Observable<Received>).pipe(
        catchError((error: unknown) => {
          if (!isCloseEvent(error)) {
            failure = textOf(error);
            failed.next(error);
          }
          return EMPTY; // `end$` emits it
        }),
      );
      // `sent$` first, so that an answer to `opened` is sent; `received$` without `takeUntil`, which would cost per frame:
      // it ends by itself.
      return merge(sent$.pipe(takeUntil(end$)), opened$.pipe(takeUntil(end$)), end$, received$).pipe(
        finalize(() => {
          endLater(raw, closed, scheduler);
        }),
      );
    });
}

const isCloseEvent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && 'wasClean' in error;

/** Whether a message carries text or bytes: a socket that ignores `binaryType` delivers a Blob. */
export const isData = (data: unknown): data is Data =>
  typeof data === 'string' || ArrayBuffer.isView(data) || isArrayBuffer(data);
