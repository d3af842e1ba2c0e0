import type { Request } from '../calls/call.js';
import type { Policy } from '../calls/state.js';
import { isPermanent, Code, RelayError, type WireError } from '../relay-error.js';
import type { BatchResult } from './batches.js';
import type { TopicRecord } from './record.js';

/** Sent once: what is not answered is asked for again by the topic, which knows whether it still wants it. */
export const once = (wait: number): Policy => ({
  attempts: 1,
  wait,
  deadline: wait,
  rest: () => 0,
  failFast: true,
  repeatable: true,
});

/** Subscribes to topics. */
export function subscribeRequest(records: readonly TopicRecord[], wait: number): Request {
  const topics = records.map(({ topic }) => topic);
  const policy = once(wait);
  return topics.length === 1
    ? { method: 'irn_subscribe', params: { topic: topics[0] }, policy }
    : { method: 'irn_batchSubscribe', params: { topics }, policy };
}

/** Unsubscribes from topics, by the ids that the relay gave. */
export function unsubscribeRequest(records: readonly TopicRecord[], wait: number): Request {
  const subscriptions = records.map(({ topic, state }) => ({
    topic,
    id: 'id' in state ? state.id : undefined,
  }));
  const policy = once(wait);
  const [first] = subscriptions;
  return first && subscriptions.length === 1
    ? { method: 'irn_unsubscribe', params: first, policy }
    : { method: 'irn_batchUnsubscribe', params: { subscriptions }, policy };
}

type Subscription =
  | { readonly type: 'confirmed'; readonly id: string }
  | { readonly type: 'refused'; readonly error: RelayError; readonly final: boolean }
  /** With what is to be told of it; the loss of a connection tells itself. */
  | { readonly type: 'unanswered'; readonly error: RelayError | undefined };

/** What an answer means to one topic: it is subscribed to if there is an id, and only then. */
export function subscriptionIn(told: BatchResult): Subscription {
  if ('failure' in told) {
    const { reason, cause } = told.failure;
    if (reason === 'rejected' && cause instanceof RelayError) return refusalOf(cause);
    return { type: 'unanswered', error: reason === 'timeout' ? unconfirmed(cause) : undefined };
  }
  const { result } = told;
  if (typeof result === 'string' && result !== '') return { type: 'confirmed', id: result };
  if (typeof result === 'object' && result !== null && 'error' in result)
    return refusalOf(RelayError.from(result.error as WireError));
  return { type: 'unanswered', error: unconfirmed(undefined) };
}

/** Too many requests is no word about this one. */
const refusalOf = (error: RelayError): Subscription =>
  error.code === Code.tooManyRequests
    ? { type: 'unanswered', error }
    : { type: 'refused', error, final: isPermanent(error) };

const unconfirmed = (cause: unknown): RelayError =>
  new RelayError('The relay did not confirm a subscription. It is asked for again by itself.', { cause });

/** Whether nothing is left: also where the relay knows no such topic or subscription. */
export const unsubscribed = (told: BatchResult): boolean =>
  'result' in told ||
  (told.failure.reason === 'rejected' &&
    told.failure.cause instanceof RelayError &&
    told.failure.cause.code === Code.payload);
