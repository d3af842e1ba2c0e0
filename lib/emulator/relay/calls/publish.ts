import type { Client } from '../mailboxes/clients.js';
import type { Draft, Letter } from '../mailboxes/stored-message.js';
import type { Method, Office } from './relay-context.js';

/** Takes a message in, and pushes it to all who listen but the one that it is from. Throws what is wrong with it. */
export function post(
  { mail, clients, accepted, settings }: Office,
  draft: Draft,
  from: string | undefined,
): void {
  const letter = mail.post(draft, from);
  accepted.add(draft, from, settings.scheduler.now());
  if (!letter) return; // the topic has it already
  for (const client of clients.on(letter.topic)) if (client.id !== from) deliver(client, letter);
}

/** By its newest socket; one that has none gets it when it subscribes again. */
function deliver({ receivers, subscriptions }: Client, letter: Letter): void {
  const newest = [...receivers].pop();
  newest?.push(letter, subscriptions.get(letter.topic) ?? '');
}

export const publish: Method = ({ office, client }, params) => {
  post(office, office.params.draft(params), client.id);
  return { result: true };
};

export const publishBatch: Method = ({ office, client }, params) => {
  for (const draft of office.params.drafts(params)) post(office, draft, client.id);
  return { result: true };
};
