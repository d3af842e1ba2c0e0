import { concatMap, type Observable, type SchedulerLike, Subject, takeUntil, tap, timer } from 'rxjs';
import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { encodedAs } from '../channels/publication.js';
import type { Encoded, Format } from '../formats.js';

/** The socket as the core sees it; none of these may call back into the session at once, except `terminate`. */
export interface Transport {
  /** Text goes as a text frame, bytes as a binary one. */
  readonly send: (data: string | Uint8Array) => void;
  readonly close: (code: number, reason: string) => void;
  /** Ends without a word (1006). */
  readonly terminate: () => void;
  /** A WebSocket ping, where the transport has one that clients can see. */
  readonly ping?: () => void;
  /** Stops reading and answering (a half-open socket), or goes on. */
  readonly pause?: (on: boolean) => void;
}

/** The way to one client, with the disturbances that were asked for. */
export interface Line {
  readonly format: Format;
  readonly send: (frame: ProtocolMessage) => void;
  readonly sendEncoded: (encoded: Encoded) => void;
  readonly sendRaw: (data: string | Uint8Array) => void;
  readonly ping: () => void;
  /** After all that was sent before. */
  readonly close: (code: number, reason: string) => void;
  readonly silence: (on: boolean) => void;
  readonly delay: (ms: number) => void;
  readonly sent$: Observable<ProtocolMessage>;
  readonly silent: boolean;
  /** When something was last said to the client. */
  readonly lastSent: number;
}

interface Facts {
  readonly transport: Transport;
  readonly format: Format;
  readonly scheduler: SchedulerLike;
  readonly ended$: Observable<unknown>;
  /** Called just before the transport is told to close. */
  readonly closing: () => void;
}

export function lineTo({ transport, format, scheduler, ended$, closing }: Facts): Line {
  const sent$ = new Subject<ProtocolMessage>();
  const say = sayingLate(scheduler, ended$);
  let silent = false;
  let lastSent = scheduler.now();
  const unlessSilent = (tell: () => void): void =>
    say(() => {
      lastSent = scheduler.now();
      if (!silent) tell();
    });
  const sendEncoded = ({ frame, data }: Encoded): void =>
    unlessSilent(() => {
      transport.send(data);
      if (sent$.observed) sent$.next(frame);
    });
  return {
    format,
    send: (frame) => sendEncoded(encodedAs(frame, format)),
    sendEncoded,
    sendRaw: (data) => unlessSilent(() => transport.send(data)),
    ping: () => unlessSilent(() => transport.ping?.()),
    close: (code, reason) =>
      say(() => {
        closing();
        transport.close(code, reason);
      }),
    silence: (on) => {
      silent = on;
      transport.pause?.(on);
    },
    delay: say.by,
    sent$: sent$.asObservable().pipe(takeUntil(ended$)),
    get silent() {
      return silent;
    },
    get lastSent() {
      return lastSent;
    },
  };
}

interface Saying {
  (tell: () => void): void;
  /** From now on so many ms late; never before what was said earlier. */
  readonly by: (ms: number) => void;
}

function sayingLate(scheduler: SchedulerLike, ended$: Observable<unknown>): Saying {
  const late$ = new Subject<{ readonly due: number; readonly tell: () => void }>();
  let delay = 0;
  let waiting = 0;
  let over = false;
  const inOrder$ = late$.pipe(
    concatMap(({ due, tell }) => timer(Math.max(0, due - scheduler.now()), scheduler).pipe(tap(tell))),
    tap(() => (waiting -= 1)),
    takeUntil(ended$),
  );
  inOrder$.subscribe({ complete: () => (over = true) });
  const say = (tell: () => void): void => {
    if (over) return;
    if (delay === 0 && waiting === 0) {
      tell();
      return;
    }
    waiting += 1;
    late$.next({ due: scheduler.now() + delay, tell });
  };
  return Object.assign(say, { by: (ms: number) => void (delay = ms) });
}
