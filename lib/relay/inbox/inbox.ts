import { Observable, type SchedulerLike } from 'rxjs';
import { steady } from '../../rx/clock.js';
import { FastSubject } from '../../rx/fast-subject.js';
import { RecentMap } from '../../base/recent-map.js';
import type { Arrival, WireMessage } from '../json-rpc/frames.js';
import { acknowledgement } from '../json-rpc/requests.js';
import type { RelayMessage } from '../message.js';
import { messageId } from '../message-id.js';
import type { TopicRecord } from '../topics/record.js';
import type { Topics } from '../topics/topics.js';

/** How long a message is recognized as a duplicate. */
export interface DedupeLimits {
  /**
   * Seconds after delivery for which an equal text with the same `publishedAt` is a duplicate. An equal text that the relay
   * took at another time is a duplicate for 20 s, or for `ttl` if that is less: a publisher may retry for that long.
   */
  readonly ttl: number;
  /** Messages that are remembered, at least. */
  readonly count: number;
}

export interface InboxSettings {
  readonly topics: Topics;
  readonly send: (text: string) => void;
  readonly dedupe: DedupeLimits;
  readonly scheduler: SchedulerLike;
  /** Opens the connection, if it is to be opened on demand. */
  readonly demand: () => void;
}

interface Seen {
  readonly publishedAt: number | undefined;
  /** Time of delivery, by a monotonic clock. */
  readonly at: number;
}

/** Milliseconds for which a publisher may retry: an equal text is a duplicate, whenever the relay took it. */
const retriedFor = 20_000;
/** Milliseconds for which an equal text without `publishedAt` is a duplicate: the relay's repetitions look like new messages. */
const undatedFor = 60_000;

/** Most pushed messages of a topic that are kept for later subscribers; the relay keeps all of them, and pushes the rest again. */
const maxUndelivered = 100;

/**
 * Delivers messages: a duplicate is acknowledged and goes no further; a new message is delivered to the subscribers, and
 * acknowledged after that; one without subscribers is not acknowledged, and is delivered to the next one. The hot path.
 */
export class Inbox {
  readonly #everything = new FastSubject<RelayMessage>();
  readonly #seen: RecentMap<string, Seen>;
  readonly #settings: InboxSettings;
  readonly #steadyNow: () => number;

  constructor(settings: InboxSettings) {
    this.#settings = settings;
    this.#steadyNow = steady(settings.scheduler);
    this.#seen = new RecentMap(settings.dedupe.count);
  }

  /** Emits the messages of every topic, undelivered ones first; connects. Completes with the client. */
  readonly messages$ = new Observable<RelayMessage>((subscriber) => {
    const { topics, demand } = this.#settings;
    if (topics.disposed) {
      subscriber.complete();
      return;
    }
    this.#everything.join(subscriber);
    demand();
    for (const record of [...topics.all.values()]) this.#deliverPending(record);
  });

  /** Emits the messages of one topic, undelivered ones first, and holds a lease while subscribed. Completes with the topic. */
  messagesOf(record: TopicRecord): Observable<RelayMessage> {
    const { topics } = this.#settings;
    return new Observable((subscriber) => {
      if (topics.isOver(record)) {
        subscriber.complete();
        return;
      }
      record.join(subscriber);
      topics.take(record);
      subscriber.add(() => {
        topics.release(record); // at once, where it has left in the meantime
      });
      this.#deliverPending(record);
    });
  }

  /** Delivers a message that is no duplicate; acknowledges it, unless it has no subscribers. */
  receive(arrival: Arrival): void {
    const { message, idToken } = arrival;
    const id = messageId(message.message);
    const key = id + message.topic;
    const { topics, send, scheduler } = this.#settings;
    const now = scheduler.now();
    if (!this.#isKnown(key, message.publishedAt)) {
      const record = topics.find(message.topic);
      if (!this.#hasSubscribers(record)) {
        if (record && this.#isKept(arrival, key, record)) record.undelivered.set(key, arrival);
        return;
      }
      record?.undelivered.delete(key);
      this.#deliver(relayMessageOf(message, id, now), message.publishedAt, record);
    }
    if (idToken !== undefined) send(acknowledgement(idToken));
  }

  /** Gives the fetched messages that are undelivered. */
  leftOf(topic: string): readonly WireMessage[] {
    const undelivered = this.#settings.topics.find(topic)?.undelivered.values() ?? [];
    return [...undelivered].filter(({ idToken }) => idToken === undefined).map(({ message }) => message);
  }

  /**
   * Yields fetched messages, which the relay will not push, one by one. Subscribers get all of them at once; messages that
   * are not taken wait for the next fetch or subscriber.
   */
  *take(page: readonly WireMessage[]): Generator<RelayMessage> {
    const { topics, scheduler } = this.#settings;
    const now = scheduler.now();
    for (const message of page)
      if (this.#hasSubscribers(topics.find(message.topic))) this.receive({ message, idToken: undefined });
    let taken = 0;
    try {
      for (const message of page) {
        const found = relayMessageOf(message, messageId(message.message), now);
        const key = found.id + found.topic;
        topics.find(found.topic)?.undelivered.delete(key);
        this.#seen.set(key, { publishedAt: message.publishedAt, at: this.#steadyNow() });
        taken += 1;
        yield found;
      }
    } finally {
      this.keep(page.slice(taken));
    }
  }

  /** Delivers fetched messages to the subscribers, or keeps them for the next one. */
  keep(page: readonly WireMessage[]): void {
    const { topics } = this.#settings;
    for (const message of page) {
      const record = topics.get(message.topic);
      if (this.#hasSubscribers(record)) this.receive({ message, idToken: undefined });
      else {
        const key = messageId(message.message) + message.topic;
        record.undelivered.set(key, { message, idToken: undefined }); // replaces a pushed one: the relay has it no more
      }
    }
  }

  dispose(): void {
    this.#everything.complete();
  }

  #deliver(found: RelayMessage, publishedAt: number | undefined, record: TopicRecord | undefined): void {
    const at = this.#steadyNow();
    this.#seen.set(found.id + found.topic, { publishedAt, at }); // first: a subscriber may do anything
    record?.next(found);
    this.#everything.next(found);
  }

  /** Delivers the undelivered messages to a new subscriber. */
  #deliverPending({ undelivered }: TopicRecord): void {
    if (undelivered.size === 0) return;
    const pushes = [...undelivered.values()];
    undelivered.clear();
    for (const push of pushes) this.receive(push);
  }

  /** Says whether to keep a message without subscribers: a fetched one always, and of the pushed ones some. */
  #isKept({ idToken }: Arrival, key: string, { undelivered }: TopicRecord): boolean {
    if (idToken === undefined) return true;
    const known = undelivered.get(key);
    return known ? known.idToken !== undefined : undelivered.size < maxUndelivered;
  }

  #hasSubscribers(record: TopicRecord | undefined): boolean {
    return record?.observed === true || this.#everything.observed;
  }

  #isKnown(key: string, publishedAt: number | undefined): boolean {
    const seen = this.#seen.get(key);
    if (seen === undefined) return false;
    const knownFor = this.#settings.dedupe.ttl * 1000;
    const sameTime = publishedAt === undefined ? undatedFor : knownFor;
    return (
      this.#steadyNow() - seen.at <
      Math.min(knownFor, publishedAt === seen.publishedAt ? sameTime : retriedFor)
    );
  }
}

/** Gives the message as users see it. */
export const relayMessageOf = (
  { topic, message, tag, publishedAt, attestation }: WireMessage,
  id: string,
  now: number,
): RelayMessage => {
  const found = {
    id,
    topic,
    message,
    tag,
    publishedAt: inMilliseconds(publishedAt ?? now, now),
    receivedAt: now,
  };
  return attestation === undefined ? found : { ...found, attestation };
};

/** Takes a time as seconds when in milliseconds it would be decades ago: some relays send seconds. */
const inMilliseconds = (time: number, now: number): number =>
  time < 1e11 && now >= 1e11 ? time * 1000 : time;
