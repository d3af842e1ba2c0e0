import type { SchedulerLike } from 'rxjs';
import { refusal } from '../relay-error.js';
import type { RelayLimits } from '../settings.js';
import { type Mailbox, mailbox } from './mailbox.js';
import type { Draft, MailboxMessage } from './stored-message.js';

/** Stored messages of all topics. Expired ones are never returned, and deleted sooner or later. */
export interface Mailboxes {
  /** Stores a message; undefined for a duplicate. Throws MailboxLimitExceeded. */
  readonly store: (draft: Draft, from: string | undefined) => MailboxMessage | undefined;
  /** Oldest first. */
  readonly messagesOf: (topic: string) => readonly MailboxMessage[];
  /** Topics with messages, expired ones included until they are deleted. */
  readonly topics: () => readonly string[];
  /** Messages of a topic that the client has not got, oldest first. */
  readonly undelivered: (topic: string, clientId: string) => readonly MailboxMessage[];
  readonly isLive: (stored: MailboxMessage) => boolean;
}

/** `isDone` is true for messages that all subscribers have got, which a full mailbox may evict. */
export function mailboxes(
  { mailbox: capacity, topics }: Pick<RelayLimits, 'mailbox' | 'topics'>,
  scheduler: SchedulerLike,
  isDone: (stored: MailboxMessage) => boolean,
): Mailboxes {
  const kept = new Map<string, Mailbox>();
  const isLive = ({ expiresAt }: MailboxMessage): boolean => expiresAt > scheduler.now();
  const sweep = sweeper(kept, isLive);
  const messagesOf = (topic: string): readonly MailboxMessage[] =>
    [...(kept.get(topic)?.all() ?? [])].filter(isLive);
  const mailboxFor = (topic: string): Mailbox => {
    const known = kept.get(topic);
    if (known) return known;
    if (kept.size >= topics) throw mailboxFull(`The relay keeps messages of ${topics} topics already`);
    const made = mailbox();
    kept.set(topic, made);
    return made;
  };
  const makeRoom = (full: Mailbox): void => {
    const oldest = full.size < capacity ? undefined : full.oldest();
    if (!oldest) return;
    if (isLive(oldest) && !isDone(oldest)) throw mailboxFull(`The topic keeps ${capacity} messages already`);
    full.delete(oldest);
  };
  return {
    store: (draft, from) => {
      sweep();
      const target = mailboxFor(draft.topic);
      const known = target.find(draft.message);
      if (known && isLive(known)) return undefined;
      if (known) target.delete(known);
      makeRoom(target);
      const stored = messageOf(draft, from, scheduler.now());
      target.add(stored);
      return stored;
    },
    messagesOf,
    topics: () => [...kept.keys()],
    undelivered: (topic, clientId) =>
      messagesOf(topic).filter(({ from, delivered }) => from !== clientId && !delivered.has(clientId)),
    isLive,
  };
}

const messageOf = ({ ttl, ...draft }: Draft, from: string | undefined, now: number): MailboxMessage => ({
  ...draft,
  from,
  publishedAt: now,
  expiresAt: now + ttl * 1000,
  delivered: new Set(),
});

const mailboxFull = (why: string): Error =>
  refusal('MailboxLimitExceeded', `${why}: wait until some are fetched or have expired.`);

/**
 * Returns a function that deletes expired messages. It sweeps once per as many calls as there are messages, so that a
 * call is cheap.
 */
function sweeper(kept: Map<string, Mailbox>, isLive: (stored: MailboxMessage) => boolean): () => void {
  let callsLeft = 1000;
  return () => {
    callsLeft -= 1;
    if (callsLeft > 0) return;
    let size = 0;
    for (const [topic, each] of kept) {
      for (const stored of each.all()) if (!isLive(stored)) each.delete(stored);
      if (each.size === 0) kept.delete(topic);
      size += each.size;
    }
    callsLeft = Math.max(1000, size);
  };
}
