import {
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
import { disposedOf } from '../disposed.js';
import { checkTopic } from '../publish/publish-params.js';
import { RelayError } from '../relay-error.js';
import type { End } from '../topics/subscribe-lease.js';
import type { TopicState } from '../topics/state.js';
import type { Topics } from '../topics/topics.js';

/** What `subscribe()` and `unsubscribe()` go by. */
export interface Dependencies {
  readonly topics: Topics;
  /** Milliseconds that the relay has for confirming. */
  readonly patience: number;
  readonly scheduler: SchedulerLike;
  /** Told of what was not confirmed in time: perhaps nobody awaits it. */
  readonly report: (error: RelayError) => void;
}

/**
 * Takes part in the hold that there is until `unsubscribed`; resolves with the relay's id. A call that fails takes nothing
 * from the others; where none was ever confirmed, and none waits any more, nothing is held.
 */
export const subscribed = (topic: string, terms: Dependencies): Promise<string> =>
  ignoreRejection(subscribe(topic, terms));

async function subscribe(topic: string, terms: Dependencies): Promise<string> {
  checkTopic(topic);
  const { topics } = terms;
  if (topics.disposed) throw disposedOf();
  const record = topics.get(topic);
  const ended$ = topics.endOf(record).pipe(
    map((end): never => {
      throw endedBy(end, topic);
    }),
  );
  const id$ = merge(ended$, topics.hold(record).pipe(map(idIn))).pipe(
    filter((id) => id !== undefined),
    take(1),
    inTime(terms, (ms) => unconfirmed(topic, ms)),
    throwIfEmpty(
      () => new RelayError('The client was disposed of before the relay confirmed it. Make a new one.'),
    ),
  );
  return firstValueFrom(id$);
}

function idIn(state: TopicState): string | undefined {
  if (state.name === 'failed') throw state.error;
  return state.name === 'active' ? state.id : undefined;
}

/**
 * Gives that hold back. Resolves when the relay has confirmed it, when the connection is lost, and at once where others
 * hold the topic or there is no connection: then it is carried out on the next one.
 */
export const unsubscribed = (topic: string, terms: Dependencies, id: string | undefined): Promise<void> =>
  ignoreRejection(unsubscribe(topic, terms, id));

async function unsubscribe(topic: string, terms: Dependencies, id: string | undefined): Promise<void> {
  checkTopic(topic);
  const { topics } = terms;
  if (topics.disposed) return;
  const done$ = topics.letGo(topics.get(topic), id).pipe(
    filter(isDone),
    inTime(terms, (ms) => stillSubscribed(topic, ms)),
  );
  await firstValueFrom(done$, { defaultValue: undefined });
}

/** Not on its way to being unsubscribed from; or wanted by others; or there is no connection to wait for an answer on. */
const isDone = (state: TopicState): boolean =>
  !('asking' in state) || state.wanted || (!state.asking && state.retry === undefined);

/** An error, which is told as well, where nothing has come for too long. */
const inTime = <T>({ patience, scheduler, report }: Dependencies, errorOf: (ms: number) => RelayError) =>
  timeout<T, Observable<never>>({
    ...{ first: patience, scheduler },
    with: () => {
      const error = errorOf(patience);
      report(error);
      return throwError(() => error);
    },
  });

const unconfirmed = (topic: string, ms: number): RelayError =>
  new RelayError(
    `The relay did not confirm the subscription of topic "${topic}" within ${ms} ms. Look at connectionState$, and subscribe again.`,
  );

const stillSubscribed = (topic: string, ms: number): RelayError =>
  new RelayError(
    `The relay did not confirm within ${ms} ms that topic "${topic}" is unsubscribed from. It goes on being tried by itself.`,
  );

function endedBy(end: End, topic: string): RelayError {
  const before = 'before the relay confirmed the subscription';
  switch (end.type) {
    case 'unsubscribed':
      return new RelayError(
        `Topic "${topic}" was unsubscribed from ${before}. Subscribe again where it is wanted.`,
      );
    case 'disconnected':
      return new RelayError(
        `The client was disconnected ${before} of topic "${topic}". connect() and subscribe again.`,
      );
    case 'failed': {
      const { code, tag, message } = end.error;
      return new RelayError(
        `The relay cannot confirm the subscription of topic "${topic}", because the connection has failed: ${message} Then subscribe again.`,
        { code, tag, cause: end.error },
      );
    }
  }
}
