import { RelayError, rpcErrorOf } from '../relay-error.js';
import type { Caller, CallResult, Method } from './relay-context.js';

/** Pushes the undelivered messages of topics through the socket of the call. */
export function pushUndelivered({ relay, client, pushTarget }: Caller, topics: readonly string[]): void {
  for (const topic of new Set(topics)) {
    const subscriptionId = client.subscriptions.get(topic);
    if (subscriptionId === undefined) continue;
    for (const stored of relay.mailboxes.undelivered(topic, client.id))
      pushTarget?.push(stored, subscriptionId);
  }
}

/** Subscribes to all topics, or to none when a fault fails one. */
export function subscribeAll(
  { relay, client, failureOf }: Caller,
  topics: readonly string[],
): readonly string[] {
  for (const topic of topics) {
    const failure = failureOf(topic);
    if (failure) throw new RelayError(failure);
  }
  return topics.map((topic) => relay.clients.subscribe(client, topic));
}

export const subscribe: Method = (caller, params) => {
  const topic = caller.relay.params.topic(params);
  const [result] = subscribeAll(caller, [topic]);
  return { result, then: () => pushUndelivered(caller, [topic]) };
};

export const subscribeBatch: Method = (caller, params) => {
  const topics = caller.relay.params.topics(params);
  return { result: subscribeAll(caller, topics), then: () => pushUndelivered(caller, topics) };
};

/** Subscribes to each topic on its own; each has its own result. */
export const subscribeEach: Method = (caller, params) => {
  const topics = caller.relay.params.topics(params);
  const outcomes = topics.map((topic) => {
    try {
      return { id: subscribeAll(caller, [topic])[0] };
    } catch (thrown) {
      return { error: rpcErrorOf(thrown) };
    }
  });
  return { result: outcomes, then: () => pushUndelivered(caller, topics) };
};

function unsubscribeAll({ relay, client }: Caller, topics: readonly string[]): CallResult {
  for (const topic of topics) relay.clients.unsubscribe(client, topic);
  return { result: true };
}

export const unsubscribe: Method = (caller, params) =>
  unsubscribeAll(caller, [caller.relay.params.topic(params)]);

export const unsubscribeBatch: Method = (caller, params) =>
  unsubscribeAll(caller, caller.relay.params.subscriptions(params));
