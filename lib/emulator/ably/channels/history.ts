import type { Publication } from './publication.js';

interface Bounds {
  readonly messages: number;
  readonly ttl: number;
}

/** Stored publications of a channel, oldest first, limited by number and by age. */
export class History {
  readonly #bounds: Bounds;
  readonly #onEvicted: (publication: Publication) => void;
  #kept: Publication[] = [];
  #start = 0;
  #size = 0;
  #floor: string;

  /** `floor` is the serial up to which nothing is stored; `onEvicted` is called for each evicted publication. */
  constructor(bounds: Bounds, floor: string, onEvicted: (publication: Publication) => void) {
    this.#bounds = bounds;
    this.#floor = floor;
    this.#onEvicted = onEvicted;
  }

  get floor(): string {
    return this.#floor;
  }

  push(publication: Publication): void {
    this.#kept.push(publication);
    this.#size += weightOf(publication);
    this.prune(publication.timestamp);
  }

  /** Evicts publications that are too old at `now`, or too many. */
  prune(now: number): void {
    for (let oldest = this.#kept[this.#start]; oldest; oldest = this.#kept[this.#start]) {
      if (this.#size <= this.#bounds.messages && oldest.timestamp + this.#bounds.ttl > now) break;
      this.#evict(oldest);
    }
    if (this.#start < 1024 || this.#start * 2 < this.#kept.length) return;
    this.#kept = this.#kept.slice(this.#start);
    this.#start = 0;
  }

  #evict(oldest: Publication): void {
    this.#start += 1;
    this.#size -= weightOf(oldest);
    this.#floor = oldest.channelSerial;
    this.#onEvicted(oldest);
  }

  all(): readonly Publication[] {
    return this.#kept.slice(this.#start);
  }

  /** The publication with this serial. */
  at(channelSerial: string): Publication | undefined {
    const publication = this.#kept[this.#indexAfter(channelSerial) - 1];
    return publication?.channelSerial === channelSerial ? publication : undefined;
  }

  /** Publications after the serial; undefined when some were evicted. */
  after(serial: string): readonly Publication[] | undefined {
    return serial < this.#floor ? undefined : this.#kept.slice(this.#indexAfter(serial));
  }

  /** Index of the first publication after the serial. */
  #indexAfter(serial: string): number {
    let [from, to] = [this.#start, this.#kept.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#kept[middle]?.channelSerial ?? '') > serial) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

const weightOf = ({ frame: { messages, annotations, presence } }: Publication): number =>
  Math.max(1, messages?.length ?? 0, annotations?.length ?? 0, presence?.length ?? 0);
