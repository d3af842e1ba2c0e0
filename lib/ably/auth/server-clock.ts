import {
  catchError,
  defer,
  EMPTY,
  filter,
  map,
  type Observable,
  of,
  type SchedulerLike,
  share,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import { maxTimer } from '../../base/deadline.js';
import type { RequestFunction } from '../rest/request.js';
import { serverTime } from '../rest/server-time.js';

/** Milliseconds by which a renewal precedes the expiry of a token; the last tenth of a shorter life. */
const lead = 30_000;

/** The server's time: requested once, then derived from the local clock (RSA10k). */
export class ServerClock {
  readonly #scheduler: SchedulerLike;
  readonly #request: RequestFunction;
  #request$: Observable<number> | undefined;
  /** Milliseconds by which the server's clock is ahead; `undefined` before the first answer. */
  #offset: number | undefined;
  #isDoubted = false;

  constructor(request: RequestFunction, scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
    this.#request = request;
  }

  /** Whether the server's time has been requested. */
  get isKnown(): boolean {
    return this.#offset !== undefined;
  }

  /** The server refused a time that this clock told: the next one is requested. */
  doubt(): void {
    this.#offset = undefined;
    this.#isDoubted = true;
  }

  /** RSA4b1: whether a time, in milliseconds since the epoch, has passed at the server; false while that is not known. */
  hasPassed(time: number | undefined): boolean {
    return typeof time === 'number' && this.isKnown && this.#now >= time;
  }

  /**
   * RSA9d: emits milliseconds since the epoch; requests the server's time first if that is not known, and `query` is
   * set or the local clock is doubted.
   */
  read(query: boolean): Observable<number> {
    return defer(() => ((query || this.#isDoubted) && !this.isKnown ? this.#requested$ : of(this.#now))).pipe(
      map(Math.round),
    );
  }

  /**
   * RSA4b1: emits some time before `time`, if that is still to come; never where `time` is not known, or the server's time
   * is not, and is not to be requested.
   */
  shortlyBefore(time: number | undefined, query: boolean): Observable<unknown> {
    if (time === undefined || !(query || this.isKnown)) return EMPTY;
    return this.read(true).pipe(
      map((now) => time - now),
      filter((left) => left > 0),
      switchMap((left) => timer(Math.min(Math.max(left - lead, left * 0.9), maxTimer), this.#scheduler)),
      catchError(() => EMPTY), // the server asks for another token then (RTN22), or disconnects (RTN15h2)
    );
  }

  /** One request at a time, however many wait for it. */
  get #requested$(): Observable<number> {
    return (this.#request$ ??= serverTime(this.#request).pipe(
      tap((time) => {
        this.#offset = time - this.#scheduler.now();
      }),
      share(),
    ));
  }

  get #now(): number {
    return this.#scheduler.now() + (this.#offset ?? 0);
  }
}
