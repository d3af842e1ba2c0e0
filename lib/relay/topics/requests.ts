import type { Request } from '../calls/call.js';
import { once } from '../calls/policy.js';
import { Code, isPermanent, RelayError } from '../relay-error.js';
import type { BatchResult } from './batches.js';
import type { TopicRecord } from './record.js';

/** Subscribes to topics. */
export function subscribeRequest(records: readonly TopicRecord[], timeout: number): Request {
  const topics = records.map(({ topic }) => topic);
  const policy = once(timeout);
  return topics.length === 1
    ? { method: 'irn_subscribe', params: { topic: topics[0] }, policy }
    : { method: 'irn_batchSubscribe', params: { topics }, policy };
}

/** Unsubscribes from topics, by the ids that the relay gave. */
export function unsubscribeRequest(records: readonly TopicRecord[], timeout: number): Request {
  const subscriptions = records.map(({ topic, state }) => ({
    topic,
    id: 'id' in state ? state.id : undefined,
  }));
  const policy = once(timeout);
  const [first] = subscriptions;
  return first && subscriptions.length === 1
    ? { method: 'irn_unsubscribe', params: first, policy }
    : { method: 'irn_batchUnsubscribe', params: { subscriptions }, policy };
}

type Subscription =
  | { readonly type: 'confirmed'; readonly id: string }
  | { readonly type: 'refused'; readonly error: RelayError; readonly final: boolean }
  /** With the error to report; a lost connection is reported by itself. */
  | { readonly type: 'unanswered'; readonly error: RelayError | undefined };

/** Reads the answer about one topic: it is subscribed to if there is an id, and only then. */
export function subscriptionIn(answer: BatchResult): Subscription {
  if ('failure' in answer) {
    const { reason, cause } = answer.failure;
    if (reason === 'rejected' && cause instanceof RelayError) return refusalOf(cause);
    return { type: 'unanswered', error: reason === 'timeout' ? unconfirmed(cause) : undefined };
  }
  const { result } = answer;
  if (typeof result === 'string' && result !== '') return { type: 'confirmed', id: result };
  if (typeof result === 'object' && result !== null && 'error' in result)
    return refusalOf(RelayError.from(result.error));
  return { type: 'unanswered', error: unconfirmed(undefined) };
}

/** Takes "too many requests" for no answer: it is not about this topic. */
const refusalOf = (error: RelayError): Subscription =>
  error.code === Code.tooManyRequests
    ? { type: 'unanswered', error }
    : { type: 'refused', error, final: isPermanent(error) };

const unconfirmed = (cause: unknown): RelayError =>
  new RelayError('The relay did not confirm a subscription. The client retries by itself.', { cause });

/** Says whether nothing is left: also when the relay knows no such topic or subscription. */
export const isUnsubscribed = (answer: BatchResult): boolean =>
  'result' in answer ||
  (answer.failure.reason === 'rejected' &&
    answer.failure.cause instanceof RelayError &&
    answer.failure.cause.code === Code.payload);
