import { concatMap, type Observable, type SchedulerLike, Subject, takeUntil, tap, timer } from 'rxjs';
import type { Transport } from './server-core.js';

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
  readonly silent: boolean;
  /** Time of the last data to the client. */
  readonly lastSent: number;
}

interface Dependencies {
  readonly socket: Transport;
  readonly scheduler: SchedulerLike;
  readonly ended$: Observable<unknown>;
  /** Called just before the socket is closed. */
  readonly onClosing: () => void;
}

export function clientTransport<F>({
  socket,
  scheduler,
  ended$,
  onClosing,
}: Dependencies): ClientTransport<F> {
  const sent$ = new Subject<F>();
  const say = delayedCalls(scheduler, ended$);
  let silent = false;
  let lastSent = scheduler.now();
  const unlessSilent = (tell: () => void): void =>
    say(() => {
      lastSent = scheduler.now();
      if (!silent) tell();
    });
  return {
    send: (data, frame) =>
      unlessSilent(() => {
        socket.send(data);
        if (sent$.observed) sent$.next(frame);
      }),
    sendRaw: (data) => unlessSilent(() => socket.send(data)),
    ping: () => unlessSilent(() => socket.ping?.()),
    close: (code, reason) =>
      say(() => {
        onClosing();
        socket.close(code, reason);
      }),
    silence: (on) => {
      silent = on;
      socket.pause?.(on);
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

interface DelayedCalls {
  (tell: () => void): void;
  /** Delays later calls by so many ms; the order stays. */
  readonly by: (ms: number) => void;
}

function delayedCalls(scheduler: SchedulerLike, ended$: Observable<unknown>): DelayedCalls {
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
