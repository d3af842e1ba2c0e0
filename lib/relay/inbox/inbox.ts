import {
  defer,
  finalize,
  from,
  ignoreElements,
  map,
  Observable,
  type SchedulerLike,
  Subject,
  tap,
} from 'rxjs';
import { steady } from '../../rx/clock.js';
import { FastSubject } from '../../rx/fast-subject.js';
import { RecentMap } from '../../base/maps/recent-map.js';
import type { Arrival } from '../json-rpc/frames.js';
import { acknowledgement } from '../json-rpc/requests.js';
import type { RelayMessage } from '../message.js';
import { type WithMessageId, withMessageId } from '../message-id.js';
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

type Found = WithMessageId<Arrival>;

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
  readonly #arrivals = new Subject<Arrival>();
  readonly #everything = new FastSubject<RelayMessage>();
  readonly #seen: RecentMap<string, Seen>;
  readonly #settings: InboxSettings;
  readonly #steadyNow: () => number;

  constructor(settings: InboxSettings) {
    this.#settings = settings;
    this.#steadyNow = steady(settings.scheduler);
    this.#seen = new RecentMap(settings.dedupe.count);
  }

  /** Delivers what arrives while subscribed; emits nothing. */
  readonly run$: Observable<never> = this.#arrivals.pipe(
    withMessageId(),
    tap((found) => {
      this.#deliver(found);
    }),
    ignoreElements(),
  );

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

  /** Takes a message in: a pushed one, or a fetched one. */
  receive(arrival: Arrival): void {
    this.#arrivals.next(arrival);
  }

  /** Gives the fetched messages that are undelivered. */
  leftOf(topic: string): readonly Arrival[] {
    const undelivered = this.#settings.topics.find(topic)?.undelivered.values() ?? [];
    return [...undelivered].filter(({ idToken }) => idToken === undefined);
  }

  /**
   * Emits fetched messages, which the relay will not push, one by one. Subscribers get all of them at once; messages that
   * are not taken wait for the next fetch or subscriber.
   */
  take(page: readonly Arrival[]): Observable<RelayMessage> {
    return defer(() => {
      const { topics, scheduler } = this.#settings;
      const now = scheduler.now();
      this.keep(page.filter(({ topic }) => this.#hasSubscribers(topics.find(topic))));
      let taken = 0;
      return from(page).pipe(
        withMessageId(),
        map((found) => {
          const key = found.id + found.topic;
          topics.find(found.topic)?.forget(key);
          this.#remember(key, found);
          taken += 1;
          return relayMessageOf(found, now);
        }),
        finalize(() => {
          this.keep(page.slice(taken));
        }),
      );
    });
  }

  /** Delivers fetched messages to the subscribers, or keeps them for the next one. */
  keep(page: readonly Arrival[]): void {
    for (const arrival of page) this.receive(arrival);
  }

  dispose(): void {
    this.#everything.complete();
  }

  /**
   * Delivers a message that is no duplicate, and acknowledges a pushed one; keeps it where it has no subscribers. A fetched
   * one is kept even if it was delivered before: a later fetch has to emit it.
   */
  #deliver(found: Found): void {
    const { topics, send, scheduler } = this.#settings;
    const { topic, idToken } = found;
    const key = found.id + topic;
    const record = topics.find(topic);
    const isNew = !this.#isKnown(key, found.publishedAt);
    if ((isNew || idToken === undefined) && !this.#hasSubscribers(record)) {
      if (idToken === undefined)
        topics.get(topic).keep(key, found); // replaces a pushed one: the relay has it no more
      else if (record && isKept(key, record)) record.keep(key, found);
      return;
    }
    if (isNew) {
      record?.forget(key);
      this.#remember(key, found); // first: a subscriber may do anything
      const message = relayMessageOf(found, scheduler.now());
      record?.next(message);
      this.#everything.next(message);
    }
    if (idToken !== undefined) send(acknowledgement(idToken));
  }

  #remember(key: string, { publishedAt }: Arrival): void {
    this.#seen.set(key, { publishedAt, at: this.#steadyNow() });
  }

  /** Delivers the undelivered messages to a new subscriber. */
  #deliverPending(record: TopicRecord): void {
    if (record.undelivered.size === 0) return;
    for (const found of record.takeUndelivered()) this.#deliver(found);
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

/** Says whether to keep a pushed message without subscribers: some of them, and none in place of a fetched one. */
function isKept(key: string, { undelivered }: TopicRecord): boolean {
  const known = undelivered.get(key);
  return known ? known.idToken !== undefined : undelivered.size < maxUndelivered;
}

/** Gives the message as users see it. */
export const relayMessageOf = (
  { id, topic, message, tag, publishedAt, attestation }: Found,
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
