import { contentOf, messageIdOf } from '../mailboxes/stored-message.js';
import type { Caller, CallResult, Method } from './relay-context.js';

/** Fetches a page of messages, and marks them as delivered. */
function fetchPage(
  { relay: { mailboxes, settings, delivered }, client }: Caller,
  topics: readonly string[],
): CallResult {
  const waiting = [...new Set(topics)].flatMap((topic) => mailboxes.undelivered(topic, client.id));
  const taken = waiting.slice(0, settings.limits.page);
  for (const stored of taken) delivered(stored, client.id);
  return { result: { messages: taken.map(contentOf), hasMore: waiting.length > taken.length } };
}

export const fetchMessages: Method = (caller, params) =>
  fetchPage(caller, [caller.relay.params.topic(params)]);

export const fetchBatch: Method = (caller, params) => fetchPage(caller, caller.relay.params.topics(params));

/** Ignores receipts for messages that are not stored. */
export const receive: Method = ({ relay: { mailboxes, params, delivered }, client }, given) => {
  for (const { topic, messageId } of params.receipts(given))
    for (const stored of mailboxes.undelivered(topic, client.id))
      if (messageIdOf(stored.message) === messageId) delivered(stored, client.id);
  return { result: true };
};
