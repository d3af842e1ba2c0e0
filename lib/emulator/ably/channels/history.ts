import type { Publication } from './publication.js';

interface Bounds {
  readonly messages: number;
  readonly ttl: number;
}

/** What a channel has said and still remembers, oldest first, bounded by number and by age. */
export class History {
  readonly #bounds: Bounds;
  readonly #evicted: (publication: Publication) => void;
  #kept: Publication[] = [];
  #start = 0;
  #size = 0;
  #floor: string;

  /** `floor` is the serial before which nothing is known; `evicted` is told what is forgotten. */
  constructor(bounds: Bounds, floor: string, evicted: (publication: Publication) => void) {
    this.#bounds = bounds;
    this.#floor = floor;
    this.#evicted = evicted;
  }

  get floor(): string {
    return this.#floor;
  }

  push(publication: Publication): void {
    this.#kept.push(publication);
    this.#size += weightOf(publication);
    this.prune(publication.timestamp);
  }

  /** Lets go of what is too old at `now`, or too much. */
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
    this.#evicted(oldest);
  }

  all(): readonly Publication[] {
    return this.#kept.slice(this.#start);
  }

  /** What was said with this serial. */
  at(channelSerial: string): Publication | undefined {
    const publication = this.#kept[this.#indexAfter(channelSerial) - 1];
    return publication?.channelSerial === channelSerial ? publication : undefined;
  }

  /** All that came after the serial; undefined when some of that is forgotten. */
  after(serial: string): readonly Publication[] | undefined {
    return serial < this.#floor ? undefined : this.#kept.slice(this.#indexAfter(serial));
  }

  /** Of the first that came after the serial. */
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
