import { distinctUntilChanged, map, type Observable, type SchedulerLike } from 'rxjs';
import type { Inbox } from './inbox/inbox.js';
import type { RelayMessage } from './message.js';
import type { PublishOptions } from './publish/publish-params.js';
import type { Publisher, PublishResult } from './publish/publisher.js';
import type { TopicRecord } from './topics/record.js';
import { nameOf, type TopicStateName } from './topics/state.js';
import type { Topics } from './topics/topics.js';

/** The dependencies of a channel. */
export interface Services {
  readonly publisher: Publisher;
  readonly topics: Topics;
  readonly inbox: Inbox;
  /** Bytes that wait in the socket. */
  readonly backlog: () => number;
  readonly scheduler: SchedulerLike;
}

/** The services of a channel, for what is a function and no method so that bundlers can leave it out. */
export let servicesOf: (channel: RelayChannel) => Services;

/**
 * One topic of a relay. Getting it does no I/O: it is subscribed to when somebody subscribes to its messages, and
 * unsubscribed from `detachGrace` after the last one has left.
 */
export class RelayChannel {
  /**
   * Every message, once, in the order in which it came. Subscribing is a lease: the first one connects (unless
   * `autoConnect` is false) and subscribes, the last one leaving starts `detachGrace`. Hot; begins with what came
   * while nobody was there to take it. A message is acknowledged to the relay after it was handed over. Goes on through
   * reconnects. Errors with the RelayError when the relay refuses the subscription, at once where it never will do anything
   * else (-32600), so that `retry()` means asking again: after a wait, which grows from failure to failure and is forgotten
   * once the relay has confirmed the subscription. Completes on `dispose()`, and on `client.releaseChannel(topic)`, for
   * those who come later too.
   */
  readonly messages$: Observable<RelayMessage>;
  /**
   * Where the subscription is, as the relay has confirmed it: the current state at once, then each next one; never errors,
   * completes as `messages$` does.
   */
  readonly state$: Observable<TopicStateName>;
  readonly #record: TopicRecord;
  readonly #services: Services;

  static {
    servicesOf = (channel) => channel.#services;
  }

  /** @internal Use `client.channel(topic)`. */
  constructor(record: TopicRecord, services: Services) {
    this.#record = record;
    this.#services = services;
    this.messages$ = services.inbox.messagesOf(record);
    this.state$ = services.topics.stateOf(record).pipe(map(nameOf), distinctUntilChanged());
  }

  get topic(): string {
    return this.#record.topic;
  }

  /** The current state. */
  get state(): TopicStateName {
    return nameOf(this.#record.state);
  }

  /** The subscription's id, as the relay gave it on this connection; `undefined` while it has not. */
  get subscriptionId(): string | undefined {
    return this.#record.state.name === 'active' ? this.#record.state.id : undefined;
  }

  /** `client.publish` on this topic; also where the channel was released. */
  publish(message: string, options: PublishOptions): Promise<PublishResult> {
    return this.#services.publisher.publish(this.topic, message, options);
  }
}
