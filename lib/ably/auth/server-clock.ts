import { defer, map, type Observable, of, type SchedulerLike, share, tap } from 'rxjs';
import { serverTime } from '../rest/server-time.js';
import type { RequestFunction } from '../rest/request.js';

/** The server's time: asked for once, and then reckoned from the local clock (RSA10k). */
export class ServerClock {
  readonly #scheduler: SchedulerLike;
  readonly #asked$: Observable<number>;
  /** Milliseconds that the server's clock is ahead, once that is known. */
  #offset: number | undefined;

  constructor(ask: RequestFunction, scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
    this.#asked$ = serverTime(ask).pipe(
      tap((time) => {
        this.#offset = time - scheduler.now();
      }),
      share(),
    );
  }

  /** Milliseconds since the epoch at the server; `undefined` as long as it has not been asked. */
  get now(): number | undefined {
    return this.#offset === undefined ? undefined : this.#scheduler.now() + this.#offset;
  }

  /** RSA9d: the time to sign with; the server is asked where `query` wants it and it has not been asked yet. */
  read(query: boolean): Observable<number> {
    return defer(() =>
      this.#offset === undefined && query ? this.#asked$ : of(this.now ?? this.#scheduler.now()),
    ).pipe(map(Math.round));
  }
}
