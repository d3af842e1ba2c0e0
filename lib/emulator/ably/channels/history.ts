import { Fifo } from '../../../base/fifo.js';
import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import { sizeOf } from '../wire/payload.js';
import type { Publication } from './publication.js';

/** Limits of a history. */
export interface Bounds {
  readonly messages: number;
  /** Of names, data, clientIds, ids, encodings and extras together. */
  readonly bytes: number;
  /** In ms. */
  readonly ttl: number;
}

interface Kept {
  readonly publication: Publication;
  readonly messages: number;
  readonly bytes: number;
}

/** Stored publications of a channel, oldest first, limited by number, size and age. */
export class History {
  readonly #bounds: Bounds;
  readonly #onEvicted: (publication: Publication) => void;
  readonly #kept = new Fifo<Kept>();
  #messages = 0;
  #bytes = 0;
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
    const items = itemsOf(publication.replay);
    const kept = { publication, messages: Math.max(1, items.length), bytes: bytesOf(items) };
    this.#kept.push(kept);
    this.#messages += kept.messages;
    this.#bytes += kept.bytes;
    this.prune(publication.timestamp);
  }

  /** Evicts publications that are too old at `now`, or too many, or too large. */
  prune(now: number): void {
    const { messages, bytes, ttl } = this.#bounds;
    for (let oldest = this.#kept.at(0); oldest; oldest = this.#kept.at(0)) {
      const fits = this.#messages <= messages && this.#bytes <= bytes;
      if (fits && oldest.publication.timestamp + ttl > now) return;
      this.#evict(oldest);
    }
  }

  #evict({ publication, messages, bytes }: Kept): void {
    this.#kept.shift();
    this.#messages -= messages;
    this.#bytes -= bytes;
    this.#floor = publication.channelSerial;
    this.#onEvicted(publication);
  }

  all(): readonly Publication[] {
    return this.#from(0);
  }

  /** The publication with this serial. */
  at(channelSerial: string): Publication | undefined {
    const publication = this.#kept.at(this.#indexAfter(channelSerial) - 1)?.publication;
    return publication?.channelSerial === channelSerial ? publication : undefined;
  }

  /** Publications after the serial; undefined when some were evicted. */
  after(serial: string): readonly Publication[] | undefined {
    return serial < this.#floor ? undefined : this.#from(this.#indexAfter(serial));
  }

  /** The latest publishes of `count` messages or a few more, oldest first. */
  latest(count: number): readonly Publication[] {
    const found: Publication[] = [];
    let messages = 0;
    for (let index = this.#kept.length - 1; index >= 0 && messages < count; index -= 1) {
      const publication = this.#kept.at(index)?.publication;
      if (!publication || publication.newMessages.length === 0) continue;
      messages += publication.newMessages.length;
      found.unshift(publication);
    }
    return found;
  }

  #from(start: number): readonly Publication[] {
    const found: Publication[] = [];
    for (let index = start, kept = this.#kept.at(index); kept; kept = this.#kept.at((index += 1)))
      found.push(kept.publication);
    return found;
  }

  /** Index of the first publication after the serial. */
  #indexAfter(serial: string): number {
    let [from, to] = [0, this.#kept.length];
    while (from < to) {
      const middle = (from + to) >> 1;
      if ((this.#kept.at(middle)?.publication.channelSerial ?? '') > serial) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}

type Item = Pick<WireMessage, 'id' | 'name' | 'data' | 'encoding' | 'clientId' | 'extras'>;

const itemsOf = ({ messages, annotations, presence }: ProtocolMessage): readonly Item[] =>
  messages ?? (annotations as readonly Item[] | undefined) ?? presence ?? [];

const bytesOf = (items: readonly Item[]): number =>
  items.reduce((sum, { id, encoding }) => sum + (id?.length ?? 0) + (encoding?.length ?? 0), sizeOf(items));
