import { concat, concatMap, defer, map, Observable, of, repeat, takeWhile } from 'rxjs';
import type { Calls } from '../calls/calls.js';
import type { Failure, Policy } from '../calls/state.js';
import { disposedOf } from '../disposed.js';
import type { Inbox } from './inbox.js';
import { wireMessageOf, type WireMessage } from '../json-rpc/frames.js';
import type { RelayMessage } from '../message.js';
import { checkTopic } from '../publish/publish-params.js';
import { RelayError } from '../relay-error.js';
import type { Topics } from '../topics/topics.js';

interface Page {
  readonly messages: readonly WireMessage[];
  readonly hasMore: boolean;
}

/** What fetching goes by. */
export interface Fetching {
  readonly calls: Calls;
  readonly topics: Topics;
  readonly inbox: Inbox;
  /** The relay counts what it answers as delivered: a request that it may have answered is not repeated. */
  readonly policy: Policy & { readonly repeatable: false };
  readonly demand: () => void;
  /** Told of messages that make no sense. */
  readonly report: (error: RelayError) => void;
}

/**
 * What is left of earlier pages, then what the relay keeps of a topic: another page is asked for when all of the one before
 * has been taken. Each subscription begins anew.
 */
export const fetched = (topic: string, fetching: Fetching): Observable<RelayMessage> =>
  defer(() => {
    const { inbox, topics } = fetching;
    checkTopic(topic);
    if (topics.disposed) throw disposedOf();
    return concat(of(inbox.leftOf(topic)), pagesOf(topic, fetching));
  }).pipe(concatMap((page) => fetching.inbox.fetched(page)));

export const pagesOf = (topic: string, fetching: Fetching): Observable<readonly WireMessage[]> =>
  pageOf(topic, fetching).pipe(
    repeat(),
    takeWhile(({ hasMore }) => hasMore, true),
    map(({ messages }) => messages),
  );

const pageOf = (topic: string, { calls, policy, inbox, demand, report }: Fetching): Observable<Page> =>
  new Observable((subscriber) => {
    demand();
    const request = {
      ...{ method: 'irn_fetchMessages', params: { topic }, policy },
      late: (result: unknown) => {
        const page = pageIn(result, report);
        if (!(page instanceof Error)) inbox.keep(page.messages);
      },
    };
    const call = calls.begin(request, (outcome) => {
      if (outcome.type === 'withdrawn') return;
      if (outcome.type === 'failed') subscriber.error(failedBy(topic, outcome.failure));
      else {
        const page = pageIn(outcome.result, report);
        if (page instanceof Error) subscriber.error(page);
        else {
          subscriber.next(page);
          subscriber.complete();
        }
      }
    });
    subscriber.add(() => {
      calls.withdraw(call);
    });
  });

/** A message that makes no sense takes none of the others with it: the relay has none of them any more. */
function pageIn(result: unknown, report: Fetching['report']): Page | RelayError {
  const { messages, hasMore } = (result ?? {}) as { readonly messages?: unknown; readonly hasMore?: unknown };
  if (!Array.isArray(messages))
    return new RelayError('The relay answered with something that is no page of messages. Ask again later.');
  const found = messages.flatMap((message: unknown) => {
    try {
      return [wireMessageOf(message)];
    } catch (error) {
      report(RelayError.of(error));
      return [];
    }
  });
  return { messages: found, hasMore: hasMore === true };
}

function failedBy(topic: string, { cause, uncertain }: Failure): RelayError {
  const { code, tag } = cause instanceof RelayError ? cause : {};
  const why = cause ? `: ${cause.message}` : ': the relay did not answer.';
  const lost = uncertain ? ' What the relay has answered and nobody received counts as delivered.' : '';
  return new RelayError(
    `The messages of topic "${topic}" could not be fetched${why}${lost} Ask again later.`,
    {
      ...{ code, tag, cause },
    },
  );
}
