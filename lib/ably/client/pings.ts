import {
  defer,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  switchMap,
  take,
  throwError,
  throwIfEmpty,
} from 'rxjs';
import type { ConnectionStateName } from '../../connection/changes.js';
import { randomText, steady } from '../../rx/clock.js';
import { KeyedSubject } from '../../rx/keyed-subject.js';
import { stateOf } from '../../rx/state-of.js';
import { timeoutFirst } from '../../rx/timeout-first.js';
import type { ClientContext, Part } from '../channel/port.js';
import { Action } from '../wire/actions.js';
import { disposedError, ErrorInfo } from '../wire/error-info.js';

/** States in which no answer can come (RTN13b). */
const unpingable: readonly ConnectionStateName[] = [
  'initialized',
  'suspended',
  'closing',
  'closed',
  'failed',
];

/** RTN13: the pings of a client, made by its first one. */
const pings: Part<Pings> = (client) => new Pings(client);

/** RTN13: one ping: waits for the connection (RTN13d), then emits the milliseconds until its answer, and completes. */
export const pingOf = (client: ClientContext): Observable<number> => client.use(pings).ping();

/** Heartbeats that want an answer. */
class Pings {
  readonly #answers = new KeyedSubject<string, void>();
  readonly #client: ClientContext;

  constructor(client: ClientContext) {
    this.#client = client;
    client.onFrame([Action.heartbeat], ({ id }) => {
      if (id) this.#answers.next(id, undefined); // one without an id answers no ping (RTN13e)
    });
  }

  ping(): Observable<number> {
    const state$ = stateOf(this.#client.state, ({ name }) => name);
    const refused$ = state$.pipe(
      filter((state) => unpingable.includes(state)),
      mergeMap((state) => throwError(() => unanswerable(state))), // RTN13b
    );
    const answered$ = state$.pipe(
      filter((state) => state === 'connected'),
      take(1),
      switchMap(() => this.#roundTrip()),
    );
    return merge(refused$, answered$).pipe(take(1), throwIfEmpty(disposedError));
  }

  #roundTrip(): Observable<number> {
    const { scheduler, random, requestTimeout, send } = this.#client;
    return defer(() => {
      const id = randomText(10, random); // RTN13e
      const now = steady(scheduler);
      const sentAt = now();
      const sent$ = defer(() => {
        send({ action: Action.heartbeat, id }); // RTN13a
        return EMPTY;
      });
      return merge(this.#answers.of(id), sent$).pipe(
        map(() => Math.round(now() - sentAt)),
        timeoutFirst(requestTimeout, scheduler, () => unanswered(requestTimeout)), // RTN13c
      );
    });
  }
}

const unanswerable = (state: ConnectionStateName): ErrorInfo =>
  new ErrorInfo(`Cannot ping while the connection is ${state}. Connect first.`, {
    code: 80000,
  });
const unanswered = (ms: number): ErrorInfo =>
  new ErrorInfo(`The server did not answer a ping within ${ms} ms. Try it again.`, {
    code: 50003,
    statusCode: 408,
  });
