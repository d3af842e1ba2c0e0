import { Action } from '../../../ably/wire/actions.js';
import type { WireMessage } from '../../../ably/wire/frames.js';
import { refusal } from '../wire/errors.js';
import { History } from './history.js';
import { Members } from '../presence/members.js';
import { KnownIds } from './known-ids.js';
import type { Rules } from './namespaces.js';
import type { ObjectStore } from '../objects/object-store.js';
import type { Metrics } from '../occupancy/metrics.js';
import { type Listener, Publication, standaloneMessage } from './publication.js';
import { channelSerialOf, messageSerial, type Ticks } from './serials.js';
import { MessageVersions } from '../messages/versions.js';

/** One attachment, as the channel sees it. */
export interface Subscriber extends Listener {
  readonly deliver: (publication: Publication) => void;
  /** Called when the occupancy may have changed. */
  readonly onOccupancy?: (metrics: Metrics) => void;
}

/** Origin of a publication that has passed all checks. */
export interface PublishOrigin {
  /** TR4n: the id of the frame. */
  readonly id: string;
  readonly connectionId?: string;
}

/** Messages that have passed all checks, in canonical form. */
export interface AcceptedMessages extends PublishOrigin {
  readonly messages: readonly WireMessage[];
}

/** Fields that the channel gives to each publication. */
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
  readonly maxMembers: () => number;
  readonly objects: ObjectStore;
}

/** One channel of one app: its attachments, and its recent publications. */
export class Channel {
  readonly name: string;
  readonly members: Members;
  /** RTO3 */
  readonly objects: ObjectStore;
  readonly #dependencies: Dependencies;
  readonly #subscribers = new Set<Subscriber>();
  readonly #history: History;
  readonly #ids = new KnownIds();
  /** Presence history, kept apart so that it does not evict messages. */
  readonly #presences: History;
  /** By serial: messages that were edited or annotated. */
  readonly #versions = new Map<string, MessageVersions>();
  #watchers = 0;
  #published = 0;
  #head: string;

  constructor(name: string, dependencies: Dependencies) {
    this.name = name;
    this.#dependencies = dependencies;
    this.members = new Members(dependencies.maxMembers);
    this.objects = dependencies.objects;
    this.#head = this.#nextSerial();
    this.#history = new History(dependencies.rules.history, this.#head, ({ newMessages }) => {
      for (const { serial = '' } of newMessages) this.#versions.delete(serial);
    });
    this.#presences = new History(dependencies.rules.history, this.#head, () => undefined);
  }

  /** Serial of the last publication, at which a new attachment begins. */
  get head(): string {
    return this.#head;
  }

  /** Serial after which all publications are still stored. */
  get floor(): string {
    return this.#history.floor;
  }

  get idle(): boolean {
    return this.#subscribers.size === 0 && this.members.size === 0;
  }

  /** Number of messages that were published since it began. */
  get published(): number {
    return this.#published;
  }

  get time(): number {
    return this.#dependencies.now();
  }

  get rules(): Rules {
    return this.#dependencies.rules;
  }

  /** True when an attachment wants occupancy. */
  get watched(): boolean {
    return this.#watchers > 0;
  }

  get subscribers(): Iterable<Subscriber> {
    return this.#subscribers;
  }

  /** Adds an attachment; returns a function that removes it. */
  attach(subscriber: Subscriber): () => void {
    this.#subscribers.add(subscriber);
    if (subscriber.onOccupancy) this.#watchers += 1;
    return () => {
      if (this.#subscribers.delete(subscriber) && subscriber.onOccupancy) this.#watchers -= 1;
    };
  }

  /** Delivers messages to all attachments, except those whose id is known (RSL1k); returns the serials of all. */
  publish({ messages, ...origin }: AcceptedMessages): readonly string[] {
    const now = this.#dependencies.now();
    this.#history.prune(now);
    return this.#ids.publishOnce(messages, origin, now, (fresh) => {
      const stamp = this.stamp();
      const created = fresh.map((message, index) => ({
        ...message,
        serial: messageSerial(stamp.channelSerial, index),
        action: 0,
      }));
      this.#published += created.length;
      this.broadcast(new Publication({ action: Action.message, ...origin, ...stamp, messages: created }));
      return { timestamp: stamp.timestamp, serials: created.map(({ serial }) => serial) };
    });
  }

  /**
   * Publications after the serial; undefined when some are no longer stored, or the serial belongs to another channel.
   * Presence is left out where it is incomplete, because a sync follows.
   */
  after(serial: string): readonly Publication[] | undefined {
    if (!serial.endsWith(`@${this.#dependencies.series}`) || serial > this.#head) return undefined;
    this.#prune();
    const publications = this.#history.after(serial);
    return publications && mergeInOrder(publications, this.#presences.after(serial) ?? []);
  }

  /** RSP4: presence publications, oldest first. */
  presenceHistory(): readonly Publication[] {
    this.#prune();
    return this.#presences.all();
  }

  /** RTP18a, RTO5a1: the id of a new sync; ids increase. */
  syncId(): string {
    return this.#dependencies.ticks();
  }

  #prune(): void {
    const now = this.#dependencies.now();
    this.#history.prune(now);
    this.#presences.prune(now);
  }

  /** Stored publishes, oldest first, with the current version of each message. */
  retained(): readonly Publication[] {
    this.#history.prune(this.#dependencies.now());
    const publishes = this.#history.all().filter(({ newMessages }) => newMessages.length > 0);
    return this.#versions.size === 0 ? publishes : publishes.map((publication) => this.#latest(publication));
  }

  /** The latest stored publishes of `count` messages or a few more, oldest first, as they were published. */
  latest(count: number): readonly Publication[] {
    return this.#history.latest(count);
  }

  #latest(publication: Publication): Publication {
    const { newMessages, frame, channelSerial, timestamp } = publication;
    if (!newMessages.some(({ serial = '' }) => this.#versions.has(serial))) return publication;
    const messages = newMessages.map(
      (message) => this.#versions.get(message.serial ?? '')?.latest ?? message,
    );
    return new Publication({ ...frame, channelSerial, timestamp, messages });
  }

  /** Versions of a message, to add one. Throws 93002 where messages cannot be edited, or 40400. */
  editable(serial: string): MessageVersions {
    if (!this.#dependencies.rules.mutableMessages) throw immutable();
    const versions = this.versions(serial);
    this.#versions.set(serial, versions);
    return versions;
  }

  /** RSL11, RSL14: versions of a message, to read. Throws 40400. */
  versions(serial: string): MessageVersions {
    this.#history.prune(this.#dependencies.now());
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

  /** Stores a publication and delivers it to the attachments whose modes ask for it. */
  broadcast(publication: Publication): void {
    const history = publication.frame.action === Action.presence ? this.#presences : this.#history;
    if (!publication.ephemeral) history.push(publication);
    for (const subscriber of this.#subscribers)
      if (publication.isFor(subscriber)) subscriber.deliver(publication);
    publication.release();
  }

  /** Moves the head: the stamp must be published. */
  stamp(timestamp = this.#dependencies.now()): Stamp {
    this.#head = this.#nextSerial();
    return { channel: this.name, channelSerial: this.#head, timestamp };
  }

  #nextSerial(): string {
    return `${this.#dependencies.ticks()}@${this.#dependencies.series}`;
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
