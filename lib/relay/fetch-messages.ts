import { map, Observable, repeat, takeWhile } from 'rxjs';
import type { Calls } from './calls/calls.js';
import type { Failure, Policy } from './calls/state.js';
import { wireMessageOf, type WireMessage } from './json-rpc/frames.js';
import { RelayError } from './relay-error.js';

interface Page {
  readonly messages: readonly WireMessage[];
  readonly hasMore: boolean;
}

interface Fetching {
  readonly topic: string;
  readonly calls: Calls;
  /** The relay counts what it answers as delivered: a request that it may have answered is not repeated. */
  readonly policy: Policy & { readonly repeatable: false };
  readonly demand: () => void;
  /** Told of the messages of a page that came after nobody waited for it any more. */
  readonly late: (messages: readonly WireMessage[]) => void;
}

/**
 * What the relay keeps of a topic, page by page: another page is asked for when all of the one before has been taken. Each
 * subscription begins anew.
 */
export const fetched = (fetching: Fetching): Observable<readonly WireMessage[]> =>
  pageOf(fetching).pipe(
    repeat(),
    takeWhile(({ hasMore }) => hasMore, true),
    map(({ messages }) => messages),
  );

const pageOf = ({ topic, calls, policy, demand, late }: Fetching): Observable<Page> =>
  new Observable((subscriber) => {
    demand();
    const request = {
      ...{ method: 'irn_fetchMessages', params: { topic }, policy },
      late: (result: unknown) => {
        const page = pageIn(result);
        if (!(page instanceof Error)) late(page.messages);
      },
    };
    const call = calls.begin(request, (outcome) => {
      if (outcome.type === 'withdrawn') return;
      if (outcome.type === 'failed') subscriber.error(failedBy(topic, outcome.failure));
      else {
        const page = pageIn(outcome.result);
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

function pageIn(result: unknown): Page | RelayError {
  const { messages, hasMore } = (result ?? {}) as { readonly messages?: unknown; readonly hasMore?: unknown };
  try {
    if (Array.isArray(messages)) return { messages: messages.map(wireMessageOf), hasMore: hasMore === true };
  } catch (error) {
    return RelayError.of(error);
  }
  return new RelayError('The relay answered with something that is no page of messages. Ask again later.');
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
