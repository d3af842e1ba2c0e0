import {
  defer,
  EMPTY,
  filter,
  firstValueFrom,
  map,
  merge,
  type Observable,
  type SchedulerLike,
  take,
  throwError,
  throwIfEmpty,
  timeout,
} from 'rxjs';
import { ignoreRejection } from '../../base/ignore-rejection.js';
import { checkTopic } from '../check-topic.js';
import { disposedError, RelayError } from '../relay-error.js';
import { isWanted, type TopicState } from '../topics/state.js';
import type { Topics } from '../topics/topics.js';
import type { End, SubscribeLeases } from './subscribe-leases.js';

/** The dependencies of `subscribe()` and `unsubscribe()`. */
export interface SubscribeDependencies {
  readonly topics: Topics;
  readonly leases: SubscribeLeases;
  /** Milliseconds that the relay may take to confirm. */
  readonly timeout: number;
  readonly scheduler: SchedulerLike;
  /** Called with the error of a timeout, in case the promise is not awaited. */
  readonly report: (error: RelayError) => void;
}

/**
 * Takes part in the topic's subscribe lease until `unsubscribe`; resolves with the relay's id. A call that fails takes
 * nothing from the others; the lease ends when none was ever confirmed and none waits any more.
 */
export const subscribe = (topic: string, dependencies: SubscribeDependencies): Promise<string> =>
  ignoreRejection(confirmSubscribed(topic, dependencies));

async function confirmSubscribed(topic: string, dependencies: SubscribeDependencies): Promise<string> {
  checkTopic(topic);
  const { topics, leases } = dependencies;
  if (topics.disposed) throw disposedError();
  const record = topics.get(topic);
  const ended$ = leases.endOf(record).pipe(
    map((end): never => {
      throw errorOf(end, topic);
    }),
  );
  const over$ = defer(() => (topics.disposed ? throwError(() => disposedError()) : EMPTY)); // by a handler that heard of the connection
  const id$ = merge(ended$, leases.take(record).pipe(map(idIn)), over$).pipe(
    filter((id) => id !== undefined),
    take(1),
    within(dependencies, (ms) => notSubscribed(topic, ms)),
    throwIfEmpty(disposedError),
  );
  return firstValueFrom(id$);
}

function idIn(state: TopicState): string | undefined {
  if (state.name === 'failed') throw state.error;
  return state.name === 'active' ? state.id : undefined;
}

/**
 * Drops the topic's subscribe lease. Resolves when the relay has confirmed that, when the connection is lost, and at once
 * when there are other leases or no connection: the topic is then unsubscribed from on the next one.
 */
export const unsubscribe = (
  topic: string,
  dependencies: SubscribeDependencies,
  id: string | undefined,
): Promise<void> => ignoreRejection(confirmUnsubscribed(topic, dependencies, id));

async function confirmUnsubscribed(
  topic: string,
  dependencies: SubscribeDependencies,
  id: string | undefined,
): Promise<void> {
  checkTopic(topic);
  const { topics, leases } = dependencies;
  if (topics.disposed) return;
  const done$ = leases.drop(topics.get(topic), id).pipe(
    filter(isDone),
    within(dependencies, (ms) => notUnsubscribed(topic, ms)),
  );
  await firstValueFrom(done$, { defaultValue: undefined });
}

/** Says whether there is nothing to wait for: no request to leave, other leases, or no connection to be answered on. */
const isDone = (state: TopicState): boolean =>
  (state.name !== 'pending' && state.name !== 'leaving') || isWanted(state) || state.request === 'unsent';

/** Errors, and reports the error, when nothing comes in time. */
const within = <T>(
  { timeout: first, scheduler, report }: SubscribeDependencies,
  makeError: (ms: number) => RelayError,
) =>
  timeout<T, Observable<never>>({
    first,
    scheduler,
    with: () => {
      const error = makeError(first);
      report(error);
      return throwError(() => error);
    },
  });

const notSubscribed = (topic: string, ms: number): RelayError =>
  new RelayError(
    `The relay did not confirm the subscription of topic "${topic}" within ${ms} ms. Look at connectionState$, and subscribe again.`,
  );

const notUnsubscribed = (topic: string, ms: number): RelayError =>
  new RelayError(
    `The relay did not confirm the end of the subscription of topic "${topic}" within ${ms} ms. The client retries by itself.`,
  );

function errorOf(end: End, topic: string): RelayError {
  const of = `the subscription of topic "${topic}"`;
  switch (end.type) {
    case 'unsubscribed':
      return new RelayError(
        `unsubscribe() was called before the relay confirmed ${of}. Subscribe again if it is wanted.`,
      );
    case 'disconnected':
      return new RelayError(
        `disconnect() was called before the relay confirmed ${of}. Connect, and subscribe again.`,
      );
    case 'failed': {
      const { code, data, message } = end.error;
      return new RelayError(
        `The connection has failed before the relay confirmed ${of}: ${message} Then subscribe again.`,
        {
          ...{ code, data, cause: end.error },
        },
      );
    }
  }
}
