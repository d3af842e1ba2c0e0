import { Action } from '../../../ably/wire/actions.js';
import type { WireMessage } from '../../../ably/wire/frames.js';
import { refusal } from '../wire/errors.js';
import { History } from './history.js';
import { Members } from '../presence/members.js';
import { KnownIds } from './known-ids.js';
import type { Rules } from './namespaces.js';
import type { Metrics } from '../occupancy/metrics.js';
import { type Listener, Publication, standaloneMessage } from './publication.js';
import { channelSerialOf, messageSerial, type Ticks } from './serials.js';
import { MessageVersions } from '../messages/versions.js';

/** Who gets what a channel says: one attachment. */
export interface Subscriber extends Listener {
  readonly deliver: (publication: Publication) => void;
  /** Told when others may have come or gone, where it wants to know. */
  readonly onOccupancy?: (metrics: Metrics) => void;
}

/** Something said that has passed all checks, and who says it. */
export interface PublishOrigin {
  /** TR4n: that of the frame it is passed on in. */
  readonly id: string;
  readonly connectionId?: string;
}

/** A publish that has passed all checks; messages are canonical. */
export interface AcceptedMessages extends PublishOrigin {
  readonly messages: readonly WireMessage[];
}

/** When and as what something is said. */
export interface Stamp {
  readonly channel: string;
  readonly channelSerial: string;
  readonly timestamp: number;
}

interface Dependencies {
  readonly series: string;
  readonly ticks: Ticks;
  readonly now: () => number;
  readonly rules: Rules;
}

/** One channel of one app: who is attached, and what was said lately. */
export class Channel {
  readonly name: string;
  readonly members = new Members();
  readonly #facts: Dependencies;
  readonly #subscribers = new Set<Subscriber>();
  readonly #history: History;
  readonly #ids = new KnownIds();
  /** Of its own, so that much coming and going does not push messages out. */
  readonly #presences: History;
  /** Only of messages that were changed or annotated, by their serials. */
  readonly #versions = new Map<string, MessageVersions>();
  #watchers = 0;
  #head: string;

  constructor(name: string, facts: Dependencies) {
    this.name = name;
    this.#facts = facts;
    this.#head = this.#nextSerial();
    this.#history = new History(facts.rules.history, this.#head, ({ newMessages }) => {
      for (const { serial = '' } of newMessages) this.#versions.delete(serial);
    });
    this.#presences = new History(facts.rules.history, this.#head, () => undefined);
  }

  /** The serial of what was said last; where one who attaches now begins. */
  get head(): string {
    return this.#head;
  }

  /** The serial after which everything is still known. */
  get floor(): string {
    return this.#history.floor;
  }

  get idle(): boolean {
    return this.#subscribers.size === 0 && this.members.size === 0;
  }

  get time(): number {
    return this.#facts.now();
  }

  get rules(): Rules {
    return this.#facts.rules;
  }

  /** Whether anybody wants to know who is here. */
  get watched(): boolean {
    return this.#watchers > 0;
  }

  get subscribers(): Iterable<Subscriber> {
    return this.#subscribers;
  }

  /** Serves an attachment; returns its end. */
  attach(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    if (subscriber.onOccupancy) this.#watchers += 1;
    return () => {
      if (this.#subscribers.delete(subscriber) && subscriber.onOccupancy) this.#watchers -= 1;
    };
  }

  /** Delivers to all who are attached, except messages whose ids were here before (RSL1k); returns all their serials. */
  publish({ messages, ...said }: AcceptedMessages): readonly string[] {
    const now = this.#facts.now();
    this.#history.prune(now);
    this.#ids.prune(now);
    const implied = (index: number): string => (said.connectionId ? `${said.id}:${index}` : ''); // others' are drawn by chance
    const known = messages.map(({ id }, index) => this.#ids.serialOf(id ?? implied(index)));
    const fresh = messages.filter((_, index) => known[index] === undefined);
    if (fresh.length === 0) return known.map((serial = '') => serial);
    const stamp = this.stamp();
    const created = fresh.map((message, index) => ({
      ...message,
      serial: messageSerial(stamp.channelSerial, index),
      action: 0,
    }));
    const publication = new Publication({ action: Action.message, ...said, ...stamp, messages: created });
    this.#ids.add(publication);
    this.broadcast(publication);
    const serials = created.map(({ serial }) => serial);
    return known.map((serial) => serial ?? serials.shift() ?? '');
  }

  /**
   * What came after the serial; undefined when that cannot be told any more, or the serial is none of this channel. Of
   * presence nothing is told where not all can be: a sync follows.
   */
  after(serial: string): readonly Publication[] | undefined {
    if (!serial.endsWith(`@${this.#facts.series}`) || serial > this.#head) return undefined;
    this.#prune();
    const said = this.#history.after(serial);
    return said && mergeInOrder(said, this.#presences.after(serial) ?? []);
  }

  /** RSP4: who came and went, oldest first. */
  presenceHistory(): readonly Publication[] {
    this.#prune();
    return this.#presences.all();
  }

  /** RTP18a: names a sync; later ones are later in order, too. */
  syncId(): string {
    return this.#facts.ticks();
  }

  #prune(): void {
    const now = this.#facts.now();
    this.#history.prune(now);
    this.#presences.prune(now);
  }

  /** All publishes that are kept, oldest first, with their messages as they are now. */
  retained(): readonly Publication[] {
    this.#history.prune(this.#facts.now());
    const publishes = this.#history.all().filter(({ newMessages }) => newMessages.length > 0);
    return this.#versions.size === 0 ? publishes : publishes.map((publication) => this.#latest(publication));
  }

  #latest(publication: Publication): Publication {
    const { newMessages, frame, channelSerial, timestamp } = publication;
    if (!newMessages.some(({ serial = '' }) => this.#versions.has(serial))) return publication;
    const messages = newMessages.map(
      (message) => this.#versions.get(message.serial ?? '')?.latest ?? message,
    );
    return new Publication({ ...frame, channelSerial, timestamp, messages });
  }

  /** What became of a message. Throws 93002 where messages stay as they are, or 40400. */
  editable(serial: string): MessageVersions {
    if (!this.#facts.rules.mutableMessages) throw immutable();
    const versions = this.versions(serial);
    this.#versions.set(serial, versions);
    return versions;
  }

  /** RSL11, RSL14: the same, for those who only read. Throws 40400. */
  versions(serial: string): MessageVersions {
    this.#history.prune(this.#facts.now());
    const known = this.#versions.get(serial);
    if (known) return known;
    const publication = this.#history.at(channelSerialOf(serial));
    const index = publication?.newMessages.findIndex((message) => message.serial === serial) ?? -1;
    const message = publication?.newMessages[index];
    if (publication && message)
      return new MessageVersions(standaloneMessage(message, publication.frame, index));
    throw refusal(
      40400,
      404,
      'The channel has no message of this serial: it is wrong, or the message too old.',
    );
  }

  /** Remembers it, and delivers it to those whose modes ask for it. */
  broadcast(publication: Publication): void {
    const history = publication.frame.action === Action.presence ? this.#presences : this.#history;
    history.push(publication);
    for (const subscriber of this.#subscribers)
      if (publication.isFor(subscriber)) subscriber.deliver(publication);
    publication.release();
  }

  /** Moves the head: what is stamped has to be said. */
  stamp(timestamp = this.#facts.now()): Stamp {
    this.#head = this.#nextSerial();
    return { channel: this.name, channelSerial: this.#head, timestamp };
  }

  #nextSerial(): string {
    return `${this.#facts.ticks()}@${this.#facts.series}`;
  }
}

function mergeInOrder(some: readonly Publication[], others: readonly Publication[]): readonly Publication[] {
  if (others.length === 0) return some;
  return [...some, ...others].sort((one, other) => (one.channelSerial < other.channelSerial ? -1 : 1));
}

const immutable = (): Error =>
  refusal(
    93002,
    400,
    'Messages of this channel cannot be updated, deleted, appended to or annotated: use a channel whose namespace has the rule mutableMessages, as "mutable:chat".',
  );
