import type { Publication } from './publication.js';

interface Bounds {
  readonly messages: number;
  readonly ttl: number;
}

/** What a channel still remembers, oldest first, bounded by number of messages and by age. */
export class History {
  readonly #bounds: Bounds;
  readonly #byMessageId = new Map<string, Publication>();
  #kept: Publication[] = [];
  #start = 0;
  #messages = 0;
  #floor: string;

  /** `floor` is the serial before which nothing is known. */
  constructor(bounds: Bounds, floor: string) {
    this.#bounds = bounds;
    this.#floor = floor;
  }

  get floor(): string {
    return this.#floor;
  }

  push(publication: Publication): void {
    this.#kept.push(publication);
    this.#messages += publication.serials.length;
    for (const { id } of publication.frame.messages ?? [])
      if (id !== undefined) this.#byMessageId.set(id, publication);
    this.prune(publication.timestamp);
  }

  /** Lets go of what is too old at `now`, or too much. */
  prune(now: number): void {
    for (let oldest = this.#kept[this.#start]; oldest; oldest = this.#kept[this.#start]) {
      if (this.#messages <= this.#bounds.messages && oldest.timestamp + this.#bounds.ttl > now) break;
      this.#evict(oldest);
    }
    if (this.#start < 1024 || this.#start * 2 < this.#kept.length) return;
    this.#kept = this.#kept.slice(this.#start);
    this.#start = 0;
  }

  #evict(oldest: Publication): void {
    this.#start += 1;
    this.#messages -= oldest.serials.length;
    this.#floor = oldest.channelSerial;
    for (const { id } of oldest.frame.messages ?? []) if (id !== undefined) this.#byMessageId.delete(id);
  }

  all(): readonly Publication[] {
    return this.#kept.slice(this.#start);
  }

  /** RSL1k: the publish in which a message of this id came. */
  withMessageId(id: string): Publication | undefined {
    return this.#byMessageId.get(id);
  }

  /** All that came after the serial; undefined when some of that is forgotten. */
  after(serial: string): readonly Publication[] | undefined {
    if (serial < this.#floor) return undefined;
    let first = this.#kept.length;
    while (first > this.#start && (this.#kept[first - 1]?.channelSerial ?? '') > serial) first -= 1;
    return this.#kept.slice(first);
  }
}
