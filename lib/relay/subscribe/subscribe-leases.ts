import {
  defer,
  delay,
  EMPTY,
  finalize,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  type SchedulerLike,
  take,
} from 'rxjs';
import { KeyedSubject } from '../../rx/keyed-subject.js';
import type { RelayError } from '../relay-error.js';
import type { TopicRecord } from '../topics/record.js';
import type { TopicState } from '../topics/state.js';
import type { Topics } from '../topics/topics.js';

/** The reason for which calls of `subscribe()` wait no longer. */
export type End =
  | { readonly type: 'unsubscribed' }
  /** By the user. */
  | { readonly type: 'disconnected' }
  /** The connection has failed, until the user connects again. */
  | { readonly type: 'failed'; readonly error: RelayError };

/** The leases of `subscribe()`: one for all calls that name a topic, until `unsubscribe()`. */
export class SubscribeLeases {
  readonly #ends = new KeyedSubject<TopicRecord, End>();
  readonly #topics: Topics;
  readonly #demand: () => void;
  readonly #scheduler: SchedulerLike;

  constructor(
    topics: Topics,
    { demand, scheduler }: { readonly demand: () => void; readonly scheduler: SchedulerLike },
  ) {
    this.#topics = topics;
    this.#demand = demand;
    this.#scheduler = scheduler;
  }

  /**
   * Takes part in the topic's lease while subscribed, and for good once it is confirmed. Emits the state once the topic has
   * taken that in, then each next one; completes when the topic is over.
   */
  take(record: TopicRecord): Observable<TopicState> {
    return defer(() => {
      let lease = record.joinSubscribeLease();
      this.#demand();
      return this.#topics.process(record, { type: 'wanted' }).pipe(
        map((state, index) => {
          const isRenewed = index === 0 && record.subscribeLease !== lease; // the topic failed before this event was processed
          if (isRenewed) lease = record.joinSubscribeLease();
          if (state.name === 'active' && !lease.confirmed) {
            lease.confirmed = true;
            this.#topics.leaseChanged(record);
          }
          return state;
        }),
        finalize(() => {
          lease.waiting -= 1;
          const isLast = record.subscribeLease === lease && lease.waiting === 0;
          if (isLast && !lease.confirmed) this.#topics.dropSubscribeLease(record);
        }),
      );
    });
  }

  /** Takes the lease that an earlier process has left; emits once the topic has taken that in, then completes. */
  restore(topic: string): Observable<TopicState> {
    return defer(() => {
      const record = this.#topics.get(topic);
      const lease = record.joinSubscribeLease();
      lease.waiting -= 1;
      lease.confirmed = true;
      return this.#topics.process(record, { type: 'wanted' }).pipe(take(1));
    });
  }

  /**
   * Gives the lease back, and unsubscribes at once when it was the last one: emits the state once the topic has taken that
   * in, then each next one. Completes when the topic is over, and at once when there are other leases.
   */
  drop(record: TopicRecord, id?: string): Observable<TopicState> {
    return defer(() => {
      record.dropSubscribeLease();
      this.#topics.leaseChanged(record);
      this.#ends.next(record, { type: 'unsubscribed' });
      return record.leases === 0 ? this.#topics.process(record, { type: 'unwanted', id }) : EMPTY;
    });
  }

  /** Emits once a call of `subscribe()` waits in vain; completes when the client is disposed of. */
  endOf(record: TopicRecord): Observable<End> {
    const failure = (): Observable<End> => {
      const { name, error } = this.#topics.link;
      return name === 'failed' ? of({ type: name, error }) : EMPTY;
    };
    const later$ = failure().pipe(delay(0, this.#scheduler), mergeMap(failure)); // in a handler, connect() waits for its turn
    return merge(this.#ends.of(record), later$);
  }

  /** Ends the wait of every call. */
  end(end: End): void {
    for (const record of this.#topics.all.values()) this.#ends.next(record, end);
  }

  dispose(): void {
    this.#ends.complete();
  }
}
