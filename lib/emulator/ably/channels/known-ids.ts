import type { Publication } from './publication.js';

/** How many ms the id of a message counts, and how many ids do at most: the latest ones. */
const [ttl, most] = [120_000, 10_000];

interface Known {
  readonly serial: string;
  readonly since: number;
}

/** RSL1k: the ids of what was published lately, whatever is kept of the messages. What has had its time goes when others come. */
export class KnownIds {
  /** All count equally long, so that the oldest is the first. */
  readonly #known = new Map<string, Known>();

  add(publication: Publication): void {
    for (const [id, serial] of idsOf(publication)) {
      this.#known.delete(id);
      this.#known.set(id, { serial, since: publication.timestamp });
    }
  }

  /** Forgets what does not count at `now`. */
  prune(now: number): void {
    for (const [id, { since }] of this.#known) {
      if (this.#known.size <= most && since + ttl > now) return;
      this.#known.delete(id);
    }
  }

  /** The serial of the message that was published with this id, its own or the one that the server gave it. */
  serialOf(id: string): string | undefined {
    return this.#known.get(id)?.serial;
  }
}

/** TM2a: the messages' ids, given or implied by the frame, and their serials. */
const idsOf = ({ newMessages, frame }: Publication): readonly (readonly [id: string, serial: string])[] =>
  newMessages.flatMap(({ id, serial = '' }, index) => {
    const own = id ?? (frame.id && `${frame.id}:${index}`);
    return own ? [[own, serial] as const] : [];
  });
