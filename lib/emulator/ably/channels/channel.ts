import { Action } from '../../../ably/wire/actions.js';
import type { WireMessage } from '../../../ably/wire/frames.js';
import type { Encoded, Format } from '../formats.js';
import { History } from './history.js';
import { Publication } from './publication.js';
import { messageSerial, type Ticks } from './serials.js';

/** Who gets a channel's messages. */
export interface Subscriber {
  readonly connectionId: string;
  readonly format: Format;
  /** RTN2b: whether its own messages come back to it. */
  readonly echo: boolean;
  readonly deliver: (encoded: Encoded) => void;
}

/** A publish that has passed all checks; messages are canonical. */
export interface Accepted {
  readonly id: string;
  readonly connectionId?: string;
  readonly messages: readonly WireMessage[];
}

interface Facts {
  readonly series: string;
  readonly ticks: Ticks;
  readonly now: () => number;
  readonly history: { readonly messages: number; readonly ttl: number };
}

/** One channel of one app: who is attached with SUBSCRIBE, and what was said lately. */
export class Channel {
  readonly name: string;
  readonly #facts: Facts;
  readonly #subscribers = new Set<Subscriber>();
  readonly #history: History;
  #attached = 0;
  #head: string;

  constructor(name: string, facts: Facts) {
    this.name = name;
    this.#facts = facts;
    this.#head = this.#nextSerial();
    this.#history = new History(facts.history, this.#head);
  }

  /** The serial of the last publish; where one who attaches now begins. */
  get head(): string {
    return this.#head;
  }

  /** The serial after which everything is still known. */
  get floor(): string {
    return this.#history.floor;
  }

  get idle(): boolean {
    return this.#attached === 0;
  }

  /** Counts an attachment, and serves it if it wants messages; returns its end. */
  attach(subscriber: Subscriber, wantsMessages: boolean): () => void {
    this.#attached += 1;
    if (wantsMessages) this.#subscribers.add(subscriber);
    return () => {
      this.#attached -= 1;
      this.#subscribers.delete(subscriber);
    };
  }

  /** Delivers to all who are attached; not again when its first message's id was here before (RSL1k). */
  publish(accepted: Accepted): Publication {
    const id = accepted.messages[0]?.id;
    const earlier = id === undefined ? undefined : this.#history.withMessageId(id);
    if (earlier) return earlier;
    const publication = this.#stamped(accepted);
    this.#history.push(publication);
    for (const subscriber of this.#subscribers) {
      if (!subscriber.echo && subscriber.connectionId === accepted.connectionId) continue;
      subscriber.deliver(publication.as(subscriber.format));
    }
    publication.release();
    return publication;
  }

  #stamped({ id, connectionId, messages }: Accepted): Publication {
    const channelSerial = (this.#head = this.#nextSerial());
    return new Publication({
      action: Action.message,
      id,
      ...(connectionId === undefined ? {} : { connectionId }),
      channel: this.name,
      channelSerial,
      timestamp: this.#facts.now(),
      messages: messages.map((message, index) => ({
        ...message,
        serial: messageSerial(channelSerial, index),
        action: 0,
      })),
    });
  }

  /** What came after the serial; undefined when that cannot be told any more, or the serial is none of this channel. */
  after(serial: string): readonly Publication[] | undefined {
    if (!serial.endsWith(`@${this.#facts.series}`) || serial > this.#head) return undefined;
    this.#history.prune(this.#facts.now());
    return this.#history.after(serial);
  }

  /** All that is kept, oldest first. */
  retained(): readonly Publication[] {
    this.#history.prune(this.#facts.now());
    return this.#history.all();
  }

  #nextSerial(): string {
    return `${this.#facts.ticks()}@${this.#facts.series}`;
  }
}
