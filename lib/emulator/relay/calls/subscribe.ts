import { RelayError, rpcErrorOf } from '../relay-error.js';
import type { Caller, Done, Method } from './relay-context.js';

/** What a client has missed of topics, by the socket that asks. */
function flush({ office, client, receiver }: Caller, topics: readonly string[]): void {
  for (const topic of new Set(topics)) {
    const subscriptionId = client.subscriptions.get(topic);
    if (subscriptionId === undefined) continue;
    for (const letter of office.mail.waiting(topic, client.id)) receiver?.push(letter, subscriptionId);
  }
}

/** All or none of them, as far as trouble was asked for. */
function begin({ office, client, troubleWith }: Caller, topics: readonly string[]): readonly string[] {
  for (const topic of topics) {
    const trouble = troubleWith(topic);
    if (trouble) throw new RelayError(trouble);
  }
  return topics.map((topic) => office.clients.subscribe(client, topic));
}

export const subscribe: Method = (caller, params) => {
  const topic = caller.office.params.topic(params);
  const [result] = begin(caller, [topic]);
  return { result, then: () => flush(caller, [topic]) };
};

export const subscribeBatch: Method = (caller, params) => {
  const topics = caller.office.params.topics(params);
  return { result: begin(caller, topics), then: () => flush(caller, topics) };
};

/** Each topic has an outcome of its own. */
export const subscribeEach: Method = (caller, params) => {
  const topics = caller.office.params.topics(params);
  const outcomes = topics.map((topic) => {
    try {
      return { id: begin(caller, [topic])[0] };
    } catch (thrown) {
      return { error: rpcErrorOf(thrown) };
    }
  });
  return { result: outcomes, then: () => flush(caller, topics) };
};

function end({ office, client }: Caller, topics: readonly string[]): Done {
  for (const topic of topics) office.clients.unsubscribe(client, topic);
  return { result: true };
}

export const unsubscribe: Method = (caller, params) => end(caller, [caller.office.params.topic(params)]);

export const unsubscribeBatch: Method = (caller, params) =>
  end(caller, caller.office.params.subscriptions(params));
