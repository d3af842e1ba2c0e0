import type { SchedulerLike } from 'rxjs';
import { refusal } from '../relay-error.js';
import type { RelayLimits } from '../settings.js';
import { type Box, boxOf } from './mailbox.js';
import type { Draft, Letter } from './stored-message.js';

/** What all topics keep. What has expired is never told of, and thrown away sooner or later. */
export interface Mail {
  /** Keeps a message; undefined where the topic has it already. Throws MailboxLimitExceeded. */
  readonly post: (draft: Draft, from: string | undefined) => Letter | undefined;
  /** Oldest first. */
  readonly of: (topic: string) => readonly Letter[];
  /** What a client has still to get of a topic, oldest first. */
  readonly waiting: (topic: string, clientId: string) => readonly Letter[];
  readonly isLive: (letter: Letter) => boolean;
}

/** A full topic may forget what `isDone` says that everybody has got who listens. */
export function mailOf(
  { mailbox, topics }: Pick<RelayLimits, 'mailbox' | 'topics'>,
  scheduler: SchedulerLike,
  isDone: (letter: Letter) => boolean,
): Mail {
  const kept = new Map<string, Box>();
  const isLive = ({ expiresAt }: Letter): boolean => expiresAt > scheduler.now();
  const sweep = sweeping(kept, isLive);
  const of = (topic: string): readonly Letter[] => [...(kept.get(topic)?.all() ?? [])].filter(isLive);
  const boxFor = (topic: string): Box => {
    const box = kept.get(topic);
    if (box) return box;
    if (kept.size >= topics) throw full(`The relay keeps messages of ${topics} topics already`);
    const made = boxOf();
    kept.set(topic, made);
    return made;
  };
  const makeRoom = (box: Box): void => {
    const oldest = box.size < mailbox ? undefined : box.oldest();
    if (!oldest) return;
    if (isLive(oldest) && !isDone(oldest)) throw full(`The topic keeps ${mailbox} messages already`);
    box.delete(oldest);
  };
  return {
    post: (draft, from) => {
      sweep();
      const box = boxFor(draft.topic);
      const known = box.find(draft.message);
      if (known && isLive(known)) return undefined;
      if (known) box.delete(known);
      makeRoom(box);
      const letter = letterOf(draft, from, scheduler.now());
      box.add(letter);
      return letter;
    },
    of,
    waiting: (topic, clientId) =>
      of(topic).filter(({ from, delivered }) => from !== clientId && !delivered.has(clientId)),
    isLive,
  };
}

const letterOf = ({ ttl, ...draft }: Draft, from: string | undefined, now: number): Letter => ({
  ...draft,
  from,
  publishedAt: now,
  expiresAt: now + ttl * 1000,
  delivered: new Set(),
});

const full = (why: string): Error =>
  refusal('MailboxLimitExceeded', `${why}: wait until some are fetched or have expired.`);

/** Looks through everything once in as many calls as there were things to look through, so that a call costs little. */
function sweeping(kept: Map<string, Box>, isLive: (letter: Letter) => boolean): () => void {
  let callsLeft = 1000;
  return () => {
    callsLeft -= 1;
    if (callsLeft > 0) return;
    let size = 0;
    for (const [topic, box] of kept) {
      for (const letter of box.all()) if (!isLive(letter)) box.delete(letter);
      if (box.size === 0) kept.delete(topic);
      size += box.size;
    }
    callsLeft = Math.max(1000, size);
  };
}
