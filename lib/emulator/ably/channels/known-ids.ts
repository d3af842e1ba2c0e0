import type { Publication } from './publication.js';

/** Lifetime of ids in ms, their maximal number, and that of their characters together. */
const [ttl, most, longest] = [120_000, 10_000, 4 * 1024 * 1024];

interface Known {
  readonly serial: string;
  readonly since: number;
}

/**
 * RSL1k: ids of recently published messages, whether or not the messages are still stored. Expired ids go when others
 * come.
 */
export class KnownIds {
  /** All ids live equally long, so that the first entry is the oldest. */
  readonly #known = new Map<string, Known>();
  #length = 0;

  add(publication: Publication): void {
    for (const [id, serial] of idsOf(publication)) {
      this.#forget(id);
      this.#known.set(id, { serial, since: publication.timestamp });
      this.#length += id.length;
    }
  }

  /** Deletes ids that have expired at `now`. */
  prune(now: number): void {
    for (const [id, { since }] of this.#known) {
      if (this.#known.size <= most && this.#length <= longest && since + ttl > now) return;
      this.#forget(id);
    }
  }

  #forget(id: string): void {
    if (this.#known.delete(id)) this.#length -= id.length;
  }

  /** Serial of the message that was published with this id, explicit or implied. */
  serialOf(id: string): string | undefined {
    return this.#known.get(id)?.serial;
  }
}

/** TM2a: ids of the messages, explicit or implied by the frame, with their serials. */
const idsOf = ({ newMessages, frame }: Publication): readonly (readonly [id: string, serial: string])[] =>
  newMessages.flatMap(({ id, serial = '' }, index) => {
    const own = id ?? (frame.id && `${frame.id}:${index}`);
    return own ? [[own, serial] as const] : [];
  });
