import type { Publication } from './publication.js';

interface Bounds {
  readonly messages: number;
  readonly ttl: number;
}

/** What a channel has said and still remembers, oldest first, bounded by number and by age. */
export class History {
  readonly #bounds: Bounds;
  readonly #evicted: (publication: Publication) => void;
  readonly #serials = new Map<string, string>();
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
    for (const [id, serial] of idsOf(publication)) this.#serials.set(id, serial);
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
    for (const [id] of idsOf(oldest)) this.#serials.delete(id);
    this.#evicted(oldest);
  }

  all(): readonly Publication[] {
    return this.#kept.slice(this.#start);
  }

  /** RSL1k: the serial of the message that was published with this id, its own or the one that the server gave it. */
  serialOf(id: string): string | undefined {
    return this.#serials.get(id);
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

/** TM2a: the messages' ids, given or implied by the frame, and their serials. */
const idsOf = ({ created, frame }: Publication): readonly (readonly [id: string, serial: string])[] =>
  created.flatMap(({ id, serial = '' }, index) => {
    const own = id ?? (frame.id && `${frame.id}:${index}`);
    return own ? [[own, serial] as const] : [];
  });
