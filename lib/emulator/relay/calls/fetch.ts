import { contentOf, messageIdOf } from '../mailboxes/stored-message.js';
import type { Caller, Done, Method } from './relay-context.js';

/** What is fetched has been received. */
function page({ office: { mail, settings }, client }: Caller, topics: readonly string[]): Done {
  const waiting = [...new Set(topics)].flatMap((topic) => mail.waiting(topic, client.id));
  const taken = waiting.slice(0, settings.limits.page);
  for (const { delivered } of taken) delivered.add(client.id);
  return { result: { messages: taken.map(contentOf), hasMore: waiting.length > taken.length } };
}

export const fetchMessages: Method = (caller, params) => page(caller, [caller.office.params.topic(params)]);

export const fetchBatch: Method = (caller, params) => page(caller, caller.office.params.topics(params));

/** Receipts of what the relay does not keep are none of its business. */
export const receive: Method = ({ office: { mail, params }, client }, given) => {
  for (const { topic, messageId } of params.receipts(given))
    for (const { message, delivered } of mail.waiting(topic, client.id))
      if (messageIdOf(message) === messageId) delivered.add(client.id);
  return { result: true };
};
