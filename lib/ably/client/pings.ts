import {
  defer,
  EMPTY,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  type SchedulerLike,
  switchMap,
  take,
  throwError,
  throwIfEmpty,
} from 'rxjs';
import type { ConnectionStateName } from '../../connection/changes.js';
import { randomText } from '../../rx/clock.js';
import { KeyedSubject } from '../../rx/keyed-subject.js';
import { timeoutFirst } from '../../rx/timeout-first.js';
import { disposedError } from '../outbox/disposed.js';
import { Action } from '../wire/actions.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { ProtocolMessage } from '../wire/frames.js';

interface PingsSettings {
  readonly state$: Observable<ConnectionStateName>;
  readonly send: (frame: ProtocolMessage) => void;
  readonly requestTimeout: number;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
}

const hopeless: readonly ConnectionStateName[] = ['initialized', 'suspended', 'closing', 'closed', 'failed'];

/** RTN13: heartbeats that want an answer. */
export class Pings {
  readonly #answers = new KeyedSubject<string, void>();
  readonly #settings: PingsSettings;

  constructor(settings: PingsSettings) {
    this.#settings = settings;
  }

  /** A HEARTBEAT came in; one without an id answers nobody (RTN13e). */
  answered({ id }: ProtocolMessage): void {
    if (id) this.#answers.next(id, undefined);
  }

  /** One ping: waits for the connection (RTN13d), then emits the milliseconds until its answer, and completes. */
  ping(): Observable<number> {
    const { state$ } = this.#settings;
    const refused$ = state$.pipe(
      filter((state) => hopeless.includes(state)),
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
    const { scheduler, random, requestTimeout, send } = this.#settings;
    return defer(() => {
      const id = randomText(10, random); // RTN13e
      const sentAt = scheduler.now();
      const asked$ = defer(() => {
        send({ action: Action.heartbeat, id }); // RTN13a
        return EMPTY;
      });
      return merge(this.#answers.of(id), asked$).pipe(
        map(() => scheduler.now() - sentAt),
        timeoutFirst(requestTimeout, scheduler, () => unanswered(requestTimeout)), // RTN13c
      );
    });
  }
}

const unanswerable = (state: ConnectionStateName): ErrorInfo =>
  new ErrorInfo(`Nobody can be pinged while the connection is ${state}. Connect first.`, {
    code: 80000,
  });
const unanswered = (ms: number): ErrorInfo =>
  new ErrorInfo(`The server did not answer a ping within ${ms} ms. Try it again.`, {
    code: 50003,
    statusCode: 408,
  });
