import { Fifo } from '../../base/fifo.js';
import { SnapshotMap } from '../../base/maps/snapshot-map.js';
import { RecentMap } from '../../base/maps/recent-map.js';
import { isNewer, merged, nameOf } from '../messages/fold.js';
import type { ErrorInfo } from '../wire/error-info.js';
import type { PublishResult } from '../wire/frames.js';
import type { Message } from '../wire/message.js';

/** How far a message of this client has come, as long as the server has not sent it back. */
export type Sending =
  /** `sent`: the server has it, and its echo is still to come. */
  | { readonly state: 'pending' | 'sent' }
  | {
      readonly state: 'failed';
      /** Why. The server may have the message all the same where it is `uncertain`. */
      readonly error: ErrorInfo;
      /**
       * Publishes it once more under its id, so that the server does not take it twice. Settles as `publish` does; resolves
       * at once, and sends nothing, where the server's message has come meanwhile or it was sent by an earlier `retry()`.
       */
      readonly retry: () => Promise<PublishResult>;
      /** Takes it out of what is shown. */
      readonly dismiss: () => void;
    };

/** A message with its updates and appends; `sending` is there as long as it is known from this client alone. */
export type FoldedMessage<M = Message> = M & { readonly sending?: Sending };

/** A message of this client as it is shown, by the id with which it is sent. */
export interface OwnMessage {
  readonly id: string;
  /** None where it is taken back. */
  readonly message: FoldedMessage | undefined;
  /** Whether it was published before, so that the server's message may be there already. */
  readonly isAgain: boolean;
  /** Is called with the server's message, once that is there in its place. */
  readonly arrived: (message: Message) => void;
}

/** Messages by their serials, in the order of these; those without one yet come last, by the ids with which they are sent. */
export type FoldedMessages<M = Message> = ReadonlyMap<string, FoldedMessage<M>>;

/** How many messages are kept, and how old they may be. */
export interface Bounds {
  readonly count: number;
  /** Milliseconds by which a message may be older than the newest, by the server's clock. */
  readonly age: number;
}

/** In place of the version of a message that cannot be had. */
const lost: Pick<Message, 'version'> = { version: {} };
/** How many deleted messages are remembered at least, so that an older version does not bring one back. */
const remembered = 1000;

/** The folded messages as they change. A change costs the same however many there are. */
export class Folding {
  readonly #bounds: Bounds;
  readonly #map = new SnapshotMap<FoldedMessage>('Messages', inOrder);
  /** Serials in order, among them those of messages that are gone. */
  #order = new Fifo<string>();
  #last = '';
  #since: string | undefined = undefined;
  /** The server's time of the newest message; clocks of clients may be off. */
  #newest = 0;
  /** Versions after which there is nothing of a message. */
  readonly #gone = new RecentMap<string, Pick<Message, 'version'>>(remembered);
  /** The ids of messages that are not known by their serials yet, in the order in which they were published. */
  readonly #sending = new Map<string, OwnMessage['arrived']>();
  #unnamed = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  /** The map of this moment: the same object until something changes. */
  get now(): FoldedMessages {
    return this.#map.now;
  }

  /** The serial from which on there may be messages: that of the oldest, or of one before it that is deleted and may come back. */
  get since(): string | undefined {
    return this.#since;
  }

  /** The serial of the oldest message. */
  get #oldest(): string | undefined {
    for (let key = this.#order.at(0); key !== undefined; key = this.#order.at(0)) {
      if (this.now.has(key)) return key;
      this.#order.shift();
    }
    return undefined;
  }

  /** Takes one message more. Tells whether it did: an append to a message that is not known has to wait for that. */
  take(message: Message): boolean {
    const key = this.#keyOf(message);
    const known = this.now.get(key);
    if (known) {
      const echo = known.sending && merged(undefined, message);
      const next = echo ?? merged(known, message);
      if (next) this.#put(key, next);
      else this.#remove(key, message);
      if (echo) this.#reachTime(echo);
      return true;
    }
    const gone = this.#gone.get(key);
    const { action, serial } = message;
    const isAppend = action === 'message.append';
    if (gone === lost ? isAppend : gone && !isNewer(message, gone)) return true;
    if (isAppend) return serial === undefined || this.#isOld(key, message);
    const next = merged(undefined, message);
    if (next) this.#add(key, next);
    else if (action === 'message.delete') this.#remove(key, message);
    return true;
  }

  /** Takes messages as the server has them now. */
  refresh(oldestFirst: readonly Message[]): void {
    for (const message of oldestFirst) {
      const key = this.#keyOf(message);
      const known = this.now.get(key);
      if (known && !known.sending && message.action !== 'message.delete')
        this.#put(key, refreshed(known, message));
      else this.take(message);
    }
  }

  /** Waits no more for a message that cannot be had: appends to it show nothing. */
  giveUp(serial: string): void {
    if (!this.#gone.get(serial)) this.#gone.set(serial, lost);
  }

  /** Shows a message of this client by its id, or by its serial once there is one; takes it out where there is none. */
  show({ id, message, isAgain, arrived }: OwnMessage): void {
    if (!this.#sending.has(id)) {
      if (message?.sending?.state !== 'pending') return; // its echo was here before
      const echo = isAgain ? this.#echoOf(id) : undefined;
      if (echo) {
        arrived(echo);
        return;
      }
    }
    const { serial } = message ?? {};
    if (message && serial === undefined) {
      this.#sending.set(id, arrived);
      this.#map.set(id, message);
      return;
    }
    this.#sending.delete(id);
    this.#map.set(id, undefined);
    if (message && serial !== undefined && !this.now.has(serial) && !this.#gone.get(serial))
      this.#add(serial, message);
  }

  /** The key of a message; one that is known by its id alone makes room for what the server says of it. */
  #keyOf(message: Message): string {
    const { id = '' } = message;
    const arrived = this.#sending.get(id);
    if (arrived) {
      this.#sending.delete(id);
      this.#map.set(id, undefined);
      arrived(message);
    }
    return nameOf(message) ?? `unnamed:${(this.#unnamed += 1)}`;
  }

  /** The server's message of an id, among all that are there. */
  #echoOf(id: string): FoldedMessage | undefined {
    return [...this.now.values()].find((message) => message.id === id);
  }

  #put(key: string, message: FoldedMessage): void {
    if (this.now.get(key) !== message) this.#map.set(key, message);
  }

  #remove(key: string, { version, serial }: Message): void {
    this.#reach(serial);
    this.#gone.set(key, { version });
    if (this.now.has(key)) this.#map.set(key, undefined);
  }

  #add(key: string, message: FoldedMessage): void {
    if (this.#isOld(key, message)) return;
    const { serial } = message;
    this.#reach(serial);
    if (serial !== undefined && serial < this.#last) this.#insert(key, message);
    else {
      this.#last = serial ?? this.#last;
      this.#order.push(key);
      this.#map.set(key, message);
      for (const id of this.#sending.keys()) this.#toEnd(id);
    }
    this.#reachTime(message);
  }

  #reach(serial: string | undefined): void {
    if (serial !== undefined && serial < (this.#since ?? '\uffff')) this.#since = serial;
  }

  /** Drops those for which a message more, or its time, leaves no place. */
  #reachTime(message: FoldedMessage): void {
    this.#newest = Math.max(this.#newest, timeOf(message) ?? 0);
    this.#drop();
  }

  /** Puts one in among those that are there: it came late. */
  #insert(key: string, message: FoldedMessage): void {
    const entries = inOrder([...this.now, [key, message] as const]);
    this.#map.replace(new Map(entries));
    this.#order = new Fifo();
    for (const [each] of entries) if (!this.#sending.has(each)) this.#order.push(each);
  }

  #toEnd(id: string): void {
    const message = this.now.get(id);
    this.#map.set(id, undefined);
    this.#map.set(id, message);
  }

  /** Whether it is older than all that are to be kept. */
  #isOld(key: string, message: FoldedMessage): boolean {
    const { count, age } = this.#bounds;
    const { serial } = message;
    if ((timeOf(message) ?? Infinity) < this.#newest - age) return true;
    const isFull = this.now.size - this.#sending.size >= count;
    return count === 0 || (isFull && serial !== undefined && key < (this.#oldest ?? ''));
  }

  #drop(): void {
    const { count } = this.#bounds;
    while (this.now.size - this.#sending.size > count) this.#dropOldest();
    const key = this.#lastTooOld();
    while (key !== undefined && this.now.has(key)) this.#dropOldest();
  }

  #dropOldest(): void {
    this.#map.set(this.#oldest ?? '', undefined);
    this.#since = this.#oldest;
  }

  /** The last of the oldest that are too old. One without a time of the server is as old as the next that has one. */
  #lastTooOld(): string | undefined {
    const { age } = this.#bounds;
    if (age === Infinity) return undefined;
    let tooOld: string | undefined;
    for (let at = 0; at < this.#order.length; at += 1) {
      const key = this.#order.at(at) ?? '';
      const message = this.now.get(key);
      const time = message && timeOf(message);
      if (time === undefined) continue;
      if (time >= this.#newest - age) break;
      tooOld = key;
    }
    return tooOld;
  }
}

/** The server's time of a message; one that is known from this client alone has the time of its clock. */
const timeOf = ({ sending, timestamp }: FoldedMessage): number | undefined =>
  sending ? undefined : timestamp;

/** A message as a page or a request has it beside what is known of it: never older, but for its sums. */
function refreshed(known: FoldedMessage, message: Message): FoldedMessage {
  const { version, annotations } = message;
  if (version.serial !== undefined && isNewer(message, known)) return message;
  const isSame = JSON.stringify(annotations) === JSON.stringify(known.annotations);
  return isSame || version.serial !== known.version.serial ? known : { ...known, annotations };
}

/** By serial; those without one stay behind what was there before them, and those that are being sent come last. */
function inOrder(
  entries: readonly (readonly [string, FoldedMessage])[],
): readonly (readonly [string, FoldedMessage])[] {
  const rank = ({ serial, sending }: FoldedMessage): number =>
    sending !== undefined && serial === undefined ? 1 : 0;
  return [...entries].sort(([, one], [, other]) => {
    const ranks = rank(one) - rank(other);
    if (ranks !== 0 || one.serial === undefined || other.serial === undefined) return ranks;
    return one.serial < other.serial ? -1 : one.serial > other.serial ? 1 : 0;
  });
}
