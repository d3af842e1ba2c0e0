import type { Client } from '../mailboxes/clients.js';
import type { Draft, MailboxMessage } from '../mailboxes/stored-message.js';
import type { Method, RelayContext } from './relay-context.js';

/** Stores a message, and pushes it to all subscribers except its publisher. Throws a RelayError. */
export function acceptPublish(
  { mailboxes, clients, accepted, settings, watches }: RelayContext,
  draft: Draft,
  from: string | undefined,
): void {
  const stored = mailboxes.store(draft, from);
  accepted.add(draft, from, settings.scheduler.now());
  if (!stored) return; // a duplicate
  if (from !== undefined) watches.tell('publisher', 'accepted', from, stored);
  for (const client of clients.subscribersOf(stored.topic)) {
    if (client.id === from) continue;
    watches.tell('subscriber', 'accepted', client.id, stored);
    if (client.pushTargets.size === 0) watches.tell('subscriber', 'queued', client.id, stored);
    pushToNewest(client, stored);
  }
}

/** Pushes through the newest socket of a client. Without one the message stays in the mailbox. */
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
