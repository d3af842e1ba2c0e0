import {
  identity,
  Observable,
  type OperatorFunction,
  of,
  type SchedulerLike,
  type Subscription,
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
const endLater = (raw: WebSocketLike | undefined, scheduler: SchedulerLike): Subscription | undefined =>
  raw?.terminate && raw.readyState !== isClosed
    ? timer(closeTimeout, scheduler).subscribe(() => raw.terminate?.())
    : undefined;

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
    new Observable((subscriber) => {
      let raw: WebSocketLike | undefined;
      let isOpen = false;
      let failure = ''; // an error comes first, with a reason; the close after it has only a code
      let ending: Subscription | undefined;
      const end = (code: number, reason: string): void => {
        subscriber.next({
          type: 'closed',
          code: code || 1006, // Deno has 0 where the connection is lost
          reason: redact(reason) || failure,
          ...(!isOpen && { unopened: true as const }),
          ...(raw?.retryAfter && { retryAfter: raw.retryAfter }),
        });
        subscriber.complete();
      };
      const socket = webSocket<Data | Received>({
        url: '',
        WebSocketCtor: constructorOf(() => (raw = dial())),
        serializer: (data) => data as Data, // frames are encoded above: a serializer that throws hides its error
        deserializer: identity as (event: object) => Received, // and decoded above: one that throws ends the stream
        openObserver: {
          next: () => {
            isOpen = true;
            subscriber.add(outgoing$.subscribe((data) => socket.next(data))); // first, so that an answer to `opened` is sent
            subscriber.next({ type: 'opened' });
          },
        },
        closeObserver: {
          next: ({ code, reason }) => {
            ending?.unsubscribe();
            end(code, reason);
          },
        },
      });
      const fail = (error: unknown): void => {
        if (isCloseEvent(error)) return; // `closeObserver` has it
        failure = textOf(error);
        const wait$ = error instanceof Error ? of(0) : timer(errorStandsAlone, scheduler);
        subscriber.add(
          wait$.subscribe(() => {
            end(1006, '');
          }),
        );
      };
      const next = (event: Data | Received): void => {
        subscriber.next(event as Received); // the hot path
      };
      subscriber.add(socket.subscribe({ next, error: fail }));
      return () => {
        ending = endLater(raw, scheduler);
      };
    });
}

const isCloseEvent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && 'wasClean' in error;

/** Whether a message carries text or bytes: a socket that ignores `binaryType` delivers a Blob. */
export const isData = (data: unknown): data is Data =>
  typeof data === 'string' || ArrayBuffer.isView(data) || isArrayBuffer(data);
