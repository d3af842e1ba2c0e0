import { concat, concatMap, defer, map, Observable, of, repeat, takeWhile } from 'rxjs';
import type { Rests } from '../../rx/paced/rests.js';
import type { Calls } from '../calls/calls.js';
import type { Policy } from '../calls/policy.js';
import type { Failure } from '../calls/state.js';
import { checkTopic } from '../check-topic.js';
import { type Arrival, arrivalOf } from '../json-rpc/frames.js';
import type { RelayMessage } from '../message.js';
import { disposedError, RelayError } from '../relay-error.js';
import type { Topics } from '../topics/topics.js';
import type { Inbox } from './inbox.js';

interface Page {
  readonly messages: readonly Arrival[];
  readonly hasMore: boolean;
}

/** The dependencies of `fetchMessages()`. */
export interface FetchDependencies {
  readonly calls: Calls;
  readonly topics: Topics;
  readonly inbox: Inbox;
  /** Not repeatable: the relay counts the messages of its answer as delivered. */
  readonly policy: Policy & { readonly repeatable: false };
  readonly demand: () => void;
  /** Rests, by topic, between fetches that fail. */
  readonly rests: Rests;
  /** Called with the error of each malformed message. */
  readonly report: (error: RelayError) => void;
}

/**
 * Emits the rest of earlier pages, then the messages that the relay keeps of a topic; requests another page when all of the
 * one before has been taken. Each subscription begins anew.
 */
export const fetchMessages = (topic: string, dependencies: FetchDependencies): Observable<RelayMessage> =>
  defer(() => {
    const { inbox, topics, rests } = dependencies;
    checkTopic(topic);
    if (topics.disposed) throw disposedError();
    return concat(of(inbox.leftOf(topic)), rests.around(topic, pagesOf(topic, dependencies)));
  }).pipe(concatMap((page) => dependencies.inbox.take(page)));

/** Requests one page after another, as long as the relay has more. */
export const pagesOf = (topic: string, dependencies: FetchDependencies): Observable<readonly Arrival[]> =>
  pageOf(topic, dependencies).pipe(
    repeat(),
    takeWhile(({ hasMore }) => hasMore, true),
    map(({ messages }) => messages),
  );

const pageOf = (
  topic: string,
  { calls, policy, inbox, demand, report }: FetchDependencies,
): Observable<Page> =>
  new Observable((subscriber) => {
    demand();
    const request = {
      ...{ method: 'irn_fetchMessages', params: { topic }, policy },
      onLateAnswer: (result: unknown) => {
        const page = pageIn(result, report);
        if (!(page instanceof Error)) inbox.keep(page.messages);
      },
    };
    const call = calls.begin(request, (outcome) => {
      if (outcome.type === 'withdrawn') return;
      const page =
        outcome.type === 'failed' ? fetchError(topic, outcome.failure) : pageIn(outcome.result, report);
      if (page instanceof Error) subscriber.error(page);
      else {
        subscriber.next(page);
        subscriber.complete();
      }
    });
    subscriber.add(() => {
      calls.withdraw(call);
    });
  });

/** Reads a page. Reports malformed messages, and keeps the others: the relay has none of them any more. */
function pageIn(result: unknown, report: FetchDependencies['report']): Page | RelayError {
  const { messages, hasMore } = (result ?? {}) as { readonly messages?: unknown; readonly hasMore?: unknown };
  if (!Array.isArray(messages)) return new RelayError('The relay sent a malformed page. Fetch again later.');
  const found = messages.flatMap((message: unknown) => {
    try {
      return [arrivalOf(message)];
    } catch (error) {
      report(RelayError.of(error));
      return [];
    }
  });
  return { messages: found, hasMore: hasMore === true };
}

function fetchError(topic: string, { cause, uncertain }: Failure): RelayError {
  const { code, data } = cause instanceof RelayError ? cause : {};
  const reason = cause?.message ?? 'the relay did not answer.';
  const lost = uncertain ? ' Messages of an answer that was lost count as delivered.' : '';
  return new RelayError(
    `The messages of topic "${topic}" could not be fetched: ${reason}${lost} Fetch again later.`,
    { code, data, cause },
  );
}
