import { concatMap, type Observable, type SchedulerLike, Subject, takeUntil, tap, timer } from 'rxjs';
import type { Transport, TransportEnd } from './server-core.js';

/** Transport to one client, with the faults that were requested; `F` is the frame type of `sent$`. */
export interface ClientTransport<F> {
  readonly send: (data: string | Uint8Array, frame: F) => void;
  /** Sends data that `sent$` does not emit. */
  readonly sendRaw: (data: string | Uint8Array) => void;
  readonly ping: () => void;
  /** Closes after all data sent before. */
  readonly close: (code: number, reason: string) => void;
  readonly silence: (on: boolean) => void;
  readonly delay: (ms: number) => void;
  readonly sent$: Observable<F>;
  /** Emits whenever silence begins or ends. */
  readonly silent$: Observable<boolean>;
  readonly silent: boolean;
  /** In ms: time by which data is held back. */
  readonly delayedBy: number;
  /** Number of frames that were sent. */
  readonly framesSent: number;
  /** Time of the last data to the client. */
  readonly lastSent: number;
}

interface Dependencies {
  readonly socket: Transport;
  readonly scheduler: SchedulerLike;
  readonly ended$: Observable<unknown>;
  /** Called just before the socket is closed. */
  readonly onClosing: (end: TransportEnd) => void;
}

export function clientTransport<F>({
  socket,
  scheduler,
  ended$,
  onClosing,
}: Dependencies): ClientTransport<F> {
  const sent$ = new Subject<F>();
  const silent$ = new Subject<boolean>();
  const calls = delayedCalls(scheduler, ended$);
  const { say } = calls;
  let silent = false;
  let framesSent = 0;
  let lastSent = scheduler.now();
  const unlessSilent = (tell: () => void): void =>
    say(() => {
      lastSent = scheduler.now();
      if (!silent) tell();
    });
  return {
    send: (data, frame) =>
      unlessSilent(() => {
        framesSent += 1;
        socket.send(data);
        if (sent$.observed) sent$.next(frame);
      }),
    sendRaw: (data) =>
      unlessSilent(() => {
        framesSent += 1;
        socket.send(data);
      }),
    ping: () => unlessSilent(() => socket.ping?.()),
    close: (code, reason) =>
      say(() => {
        onClosing({ by: 'server', code });
        socket.close(code, reason);
      }),
    silence: (on) => {
      silent = on;
      socket.pause?.(on);
      silent$.next(on);
    },
    delay: (ms) => void (calls.delay = ms),
    sent$: sent$.asObservable().pipe(takeUntil(ended$)),
    silent$: silent$.pipe(takeUntil(ended$)),
    get silent() {
      return silent;
    },
    get delayedBy() {
      return calls.delay;
    },
    get framesSent() {
      return framesSent;
    },
    get lastSent() {
      return lastSent;
    },
  };
}

interface DelayedCalls {
  readonly say: (tell: () => void) => void;
  /** In ms: delays later calls; the order stays. */
  delay: number;
}

function delayedCalls(scheduler: SchedulerLike, ended$: Observable<unknown>): DelayedCalls {
  const late$ = new Subject<{ readonly due: number; readonly tell: () => void }>();
  let waiting = 0;
  let over = false;
  const inOrder$ = late$.pipe(
    concatMap(({ due, tell }) => timer(Math.max(0, due - scheduler.now()), scheduler).pipe(tap(tell))),
    tap(() => (waiting -= 1)),
    takeUntil(ended$),
  );
  inOrder$.subscribe({ complete: () => (over = true) });
  const calls: DelayedCalls = {
    delay: 0,
    say: (tell) => {
      if (over) return;
      if (calls.delay === 0 && waiting === 0) {
        tell();
        return;
      }
      waiting += 1;
      late$.next({ due: scheduler.now() + calls.delay, tell });
    },
  };
  return calls;
}
