import { concat, concatMap, defer, Observable, of } from 'rxjs';
import type { Calls } from './calls/calls.js';
import type { Policy } from './calls/state.js';
import { wireMessageOf, type WireMessage } from './json-rpc/frames.js';
import { RelayError } from './relay-error.js';

interface Page {
  readonly messages: readonly WireMessage[];
  readonly hasMore: boolean;
}

interface Fetching {
  readonly topic: string;
  readonly calls: Calls;
  readonly policy: Policy;
  readonly demand: () => void;
}

/**
 * What the relay keeps of a topic, page by page: another page is asked for when all of the one before has been taken. Each
 * subscription begins anew.
 */
export const fetched = (fetching: Fetching): Observable<readonly WireMessage[]> =>
  defer(() => pageOf(fetching)).pipe(
    concatMap(({ messages, hasMore }) => (hasMore ? concat(of(messages), fetched(fetching)) : of(messages))),
  );

const pageOf = ({ topic, calls, policy, demand }: Fetching): Observable<Page> =>
  new Observable((subscriber) => {
    demand();
    const request = { method: 'irn_fetchMessages', params: { topic }, policy };
    const call = calls.begin(request, (outcome) => {
      if (outcome.type === 'withdrawn') return;
      if (outcome.type === 'failed') subscriber.error(failedBy(topic, outcome.failure.cause));
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

function failedBy(topic: string, cause: Error | undefined): RelayError {
  const { code, tag } = cause instanceof RelayError ? cause : {};
  const why = cause ? `: ${cause.message}` : ': the relay did not answer.';
  return new RelayError(`The messages of topic "${topic}" could not be fetched${why} Ask again later.`, {
    ...{ code, tag, cause },
  });
}
