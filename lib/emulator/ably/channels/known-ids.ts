/** Lifetime of ids in ms, their maximal number, and that of their characters together. */
const [ttl, most, longest] = [120_000, 10_000, 4 * 1024 * 1024];

/** An item of a frame: a message, or an operation on objects. */
interface Item {
  readonly id?: string;
}

/** The frame of the items: an id alone is random. */
interface Frame {
  readonly id: string;
  readonly connectionId?: string;
}

/** Items that were published just now. */
interface Published {
  readonly timestamp: number;
  readonly serials: readonly string[];
}

interface Known {
  readonly serial: string;
  readonly since: number;
}

/**
 * RSL1k, OM2a: ids of recently published messages or operations, whether or not these are still stored. Expired ids go when
 * others come.
 */
export class KnownIds {
  /** All ids live equally long, so that the first entry is the oldest. */
  readonly #known = new Map<string, Known>();
  #length = 0;

  /** Has those items published at `now` whose ids are not known, explicit or implied (TM2a); returns the serials of all. */
  publishOnce<T extends Item>(
    items: readonly T[],
    frame: Frame,
    now: number,
    publish: (fresh: readonly T[]) => Published,
  ): readonly string[] {
    this.#prune(now);
    const implied = (index: number): string => (frame.connectionId ? `${frame.id}:${index}` : '');
    const known = items.map(({ id }, index) => this.#known.get(id ?? implied(index))?.serial);
    const fresh = items.filter((_, index) => known[index] === undefined);
    if (fresh.length === 0) return known.map((serial = '') => serial);
    const { timestamp: since, serials } = publish(fresh);
    for (const [index, { id = `${frame.id}:${index}` }] of fresh.entries())
      if (id) this.#add(id, { serial: serials[index] ?? '', since });
    const added = serials.values();
    return known.map((serial) => serial ?? added.next().value ?? '');
  }

  #add(id: string, known: Known): void {
    this.#forget(id);
    this.#known.set(id, known);
    this.#length += id.length;
  }

  /** Deletes ids that have expired at `now`. */
  #prune(now: number): void {
    for (const [id, { since }] of this.#known) {
      if (this.#known.size <= most && this.#length <= longest && since + ttl > now) return;
      this.#forget(id);
    }
  }

  #forget(id: string): void {
    if (this.#known.delete(id)) this.#length -= id.length;
  }
}
