import type { Observable, ObservableInput, SchedulerLike } from 'rxjs';
import { countFrom, type Validators } from '../options/validators.js';
import { withAbortSignal } from '../rx/with-abort-signal.js';
import type { LimiterOptions } from '../rx/paced/limiter.js';

/** How fast a stream of publishes goes out. */
export interface PaceOptions {
  /** How many publishes of the stream may be unacknowledged at once. Default 16. */
  readonly concurrency?: number;
  /**
   * Nothing more is published while more bytes than this wait to leave on the socket, whoever they are from. Default
   * 262,144. Where a socket does not tell (`bufferedAmount`), `concurrency` alone counts.
   */
  readonly maxBufferedAmount?: number;
}

/** Checks of these options. */
export const paceKinds: Validators<keyof PaceOptions> = {
  concurrency: countFrom(1),
  maxBufferedAmount: countFrom(0),
};

/** The client, as a stream of publishes sees it. */
export interface Pacer {
  /** Bytes that wait to leave on the socket; 0 where it does not tell. */
  readonly backlog: () => number;
  readonly scheduler: SchedulerLike;
}

/** Publishes one value; the signal takes back what has not been sent. */
export type Work<T, R> = (value: T, signal: AbortSignal) => ObservableInput<R>;

/** Milliseconds until a full socket is looked at again: none of them tells when it has room. */
const lookAgain = 20;

/** A stream of publishes, as fast as the options, which have been checked, say; leaving it takes back what has not been sent. */
export function pace<T, R>(
  { concurrency = 16, maxBufferedAmount = 262_144 }: PaceOptions,
  { backlog, scheduler }: Pacer,
  work: Work<T, R>,
): (through: (gate: LimiterOptions<T, R>) => Observable<R>) => Observable<R> {
  const gate = { concurrency, isCongested: () => backlog() > maxBufferedAmount, lookAgain, scheduler };
  return (through) => withAbortSignal((signal) => through({ ...gate, work: (value) => work(value, signal) }));
}
