import type { Client } from '../mailboxes/clients.js';
import type { Draft, MailboxMessage } from '../mailboxes/stored-message.js';
import type { Method, RelayContext } from './relay-context.js';

/** Takes a message in, and pushes it to all who listen but the one that it is from. Throws what is wrong with it. */
export function acceptPublish(
  { mailboxes, clients, accepted, settings }: RelayContext,
  draft: Draft,
  from: string | undefined,
): void {
  const stored = mailboxes.store(draft, from);
  accepted.add(draft, from, settings.scheduler.now());
  if (!stored) return; // the topic has it already
  for (const client of clients.subscribersOf(stored.topic))
    if (client.id !== from) pushToNewest(client, stored);
}

/** By its newest socket; one that has none gets it when it subscribes again. */
function pushToNewest({ pushTargets, subscriptions }: Client, stored: MailboxMessage): void {
  const newest = [...pushTargets].pop();
  newest?.push(stored, subscriptions.get(stored.topic) ?? '');
}

export const publish: Method = ({ relay, client }, params) => {
  acceptPublish(relay, relay.params.draft(params), client.id);
  return { result: true };
};

export const publishBatch: Method = ({ relay, client }, params) => {
  for (const draft of relay.params.drafts(params)) acceptPublish(relay, draft, client.id);
  return { result: true };
};
