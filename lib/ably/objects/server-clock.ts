import { catchError, defer, map, type Observable, of, share } from 'rxjs';
import type { ClientContext, Part } from '../channel/port.js';
import { http } from '../http.js';
import { serverTime } from '../rest/server-time.js';
import { ErrorInfo } from '../wire/error-info.js';

/** RTO16: the server's clock of a client; requested once, when it is first needed. */
export const serverClock: Part<ServerClock> = (client) => new ServerClock(client);

class ServerClock {
  readonly #client: ClientContext;
  /** Milliseconds by which the server's clock is ahead; `undefined` before its answer. */
  #offset: number | undefined = undefined;

  constructor(client: ClientContext) {
    this.#client = client;
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return Math.round(this.#client.scheduler.now() + (this.#offset ?? 0));
  }

  /** Emits once the clock is known, which may be at once, or as the local one where the server does not tell its time. */
  readonly known$: Observable<unknown> = defer(() => (this.#offset === undefined ? this.#asked$ : of(0)));

  readonly #asked$ = defer(() => serverTime(this.#client.use(http).request)).pipe(
    map((time) => time - this.#client.scheduler.now()),
    catchError((error: unknown) => {
      this.#client.log('warn', {
        message: 'The server did not tell its time over HTTP. The local clock dates new objects.',
        error: ErrorInfo.of(error),
      });
      return of(0);
    }),
    map((offset) => (this.#offset = offset)),
    share(),
  );
}
