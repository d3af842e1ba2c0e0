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

/** How long a message is known again. */
export interface DedupeLimits {
  /**
   * Seconds since it was handed over for which one that the relay took at the same time is the same. An equal text that the
   * relay took at another time is the same for 20 s, or for `ttl` where that is less: so long may a publisher send it again.
   */
  readonly ttl: number;
  /** How many are remembered at least. */
  readonly count: number;
}

export interface InboxSettings {
  readonly topics: Topics;
  readonly send: (text: string) => void;
  readonly dedupe: DedupeLimits;
  readonly scheduler: SchedulerLike;
  /** Asked for a connection by whoever listens. */
  readonly demand: () => void;
}

interface Seen {
  readonly publishedAt: number | undefined;
  /** By a clock that only goes on. */
  readonly at: number;
}

/** Milliseconds for which a publisher may send the same again: the same text is the same message, whenever the relay took it. */
const resentFor = 20_000;
/** The same where the relay does not tell when it took it: then its own repetitions cannot be told from new messages. */
const untoldFor = 60_000;

/** How much of a topic is kept for whoever may come; the relay, which keeps all of it, pushes the rest again. */
const mostUntaken = 100;

/**
 * Messages on their way in: what has been seen is acknowledged again and goes no further; what is new is handed to those
 * who listen, and acknowledged after that; what nobody listens to stays with the relay, and is
 * handed over when somebody does. The hot path.
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

  /** The messages of every topic; asks for a connection. Begins with what nobody took. Ends with the client. */
  readonly messages$ = new Observable<RelayMessage>((subscriber) => {
    const { topics, demand } = this.#settings;
    if (topics.disposed) {
      subscriber.complete();
      return;
    }
    this.#everything.join(subscriber);
    demand();
    for (const record of [...topics.all.values()]) this.#takeUp(record);
  });

  /** The messages of one topic, with a lease on it. Ends with the topic. */
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
      this.#takeUp(record);
    });
  }

  /** A message has come: hands it over, unless it has been, and tells the relay, unless nobody was there to take it. */
  receive(arrival: Arrival): void {
    const { message, idToken } = arrival;
    const id = messageId(message.message);
    const key = id + message.topic;
    const { topics, send, scheduler } = this.#settings;
    const now = scheduler.now();
    if (!this.#isKnown(key, message.publishedAt)) {
      const record = topics.find(message.topic);
      if (!this.#isHeard(record)) {
        if (record && this.#isToKeep(arrival, key, record)) record.undelivered.set(key, arrival);
        return;
      }
      record?.undelivered.delete(key);
      this.#handOver(received(message, id, now), message.publishedAt, record);
    }
    if (idToken !== undefined) send(acknowledgement(idToken));
  }

  /** What was fetched before, and is left. */
  leftOf(topic: string): readonly WireMessage[] {
    const untaken = this.#settings.topics.find(topic)?.undelivered.values() ?? [];
    return [...untaken].filter(({ idToken }) => idToken === undefined).map(({ message }) => message);
  }

  /**
   * Messages that were fetched, so that the relay will not push them, one by one: whoever listens gets all of them at once,
   * and what is not taken waits for whoever fetches or listens next.
   */
  *fetched(page: readonly WireMessage[]): Generator<RelayMessage> {
    const { topics, scheduler } = this.#settings;
    const now = scheduler.now();
    for (const message of page)
      if (this.#isHeard(topics.find(message.topic))) this.receive({ message, idToken: undefined });
    let taken = 0;
    try {
      for (const message of page) {
        const found = received(message, messageId(message.message), now);
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

  /** Messages that were fetched: for whoever listens, now or later. */
  keep(page: readonly WireMessage[]): void {
    const { topics } = this.#settings;
    for (const message of page) {
      const record = topics.get(message.topic);
      if (this.#isHeard(record)) this.receive({ message, idToken: undefined });
      else {
        const key = messageId(message.message) + message.topic;
        record.undelivered.set(key, { message, idToken: undefined }); // also where it was pushed: the relay has it no more
      }
    }
  }

  dispose(): void {
    this.#everything.complete();
  }

  #handOver(found: RelayMessage, publishedAt: number | undefined, record: TopicRecord | undefined): void {
    const at = this.#steadyNow();
    this.#seen.set(found.id + found.topic, { publishedAt, at }); // first: whoever hears it may do anything
    record?.next(found);
    this.#everything.next(found);
  }

  /** Somebody has come who takes what nobody took. */
  #takeUp({ undelivered }: TopicRecord): void {
    if (undelivered.size === 0) return;
    const pushes = [...undelivered.values()];
    undelivered.clear();
    for (const push of pushes) this.receive(push);
  }

  /** What was fetched is, and stays as it is; of what is pushed, some. */
  #isToKeep({ idToken }: Arrival, key: string, { undelivered }: TopicRecord): boolean {
    if (idToken === undefined) return true;
    const known = undelivered.get(key);
    return known ? known.idToken !== undefined : undelivered.size < mostUntaken;
  }

  #isHeard(record: TopicRecord | undefined): boolean {
    return record?.observed === true || this.#everything.observed;
  }

  #isKnown(key: string, publishedAt: number | undefined): boolean {
    const seen = this.#seen.get(key);
    if (seen === undefined) return false;
    const knownFor = this.#settings.dedupe.ttl * 1000;
    const sameTime = publishedAt === undefined ? untoldFor : knownFor;
    return (
      this.#steadyNow() - seen.at <
      Math.min(knownFor, publishedAt === seen.publishedAt ? sameTime : resentFor)
    );
  }
}

/** As users see it. */
export const received = (
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

/** Some relays tell seconds: whoever's clock is right knows that nothing was published in the first years of the epoch. */
const inMilliseconds = (time: number, now: number): number =>
  time < 1e11 && now >= 1e11 ? time * 1000 : time;
