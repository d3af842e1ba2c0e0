import { Described } from '../base/described.js';
import { distinctUntilChanged, map, type Observable, type SchedulerLike } from 'rxjs';
import type { Log } from '../base/log.js';
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
  readonly log: Log;
}

/** Gives the services of a channel to functions that are no methods, so that bundlers can leave them out. */
export let servicesOf: (channel: RelayChannel) => Services;

/**
 * One topic of a relay. Getting it does no I/O: the client subscribes to the topic for the first subscriber of its
 * messages, and unsubscribes `detachGrace` after the last one.
 */
export class RelayChannel extends Described {
  readonly #record: TopicRecord;
  readonly #services: Services;
  #messages$: Observable<RelayMessage> | undefined = undefined;
  #state$: Observable<TopicStateName> | undefined = undefined;

  static {
    servicesOf = (channel) => channel.#services;
  }

  /** @internal Use `client.channel(topic)`. */
  constructor(record: TopicRecord, services: Services) {
    super();
    this.#record = record;
    this.#services = services;
  }

  /**
   * Every message, once, in the order in which it came. Subscribing is a lease: the first one connects (unless
   * `autoConnect` is false) and subscribes, the last one leaving starts `detachGrace`. Hot; begins with the
   * messages that found no subscriber. A message is acknowledged to the relay after its delivery. Goes on through
   * reconnects. Errors with the RelayError when the relay refuses the subscription, at once if it would refuse it again
   * (-32600), so that `retry()` means subscribing again: after a delay, which grows from failure to failure until the relay
   * has confirmed the subscription; RxJS throws it where a subscriber has no `error` handler. Completes on `dispose()`, and
   * on `client.releaseChannel(topic)`, for later subscribers too.
   */
  get messages$(): Observable<RelayMessage> {
    return (this.#messages$ ??= this.#services.inbox.messagesOf(this.#record));
  }

  /**
   * Emits the state of the subscription, as the relay has confirmed it: the current one at once, then each next one. Never
   * errors; completes as `messages$` does.
   */
  get state$(): Observable<TopicStateName> {
    return (this.#state$ ??= this.#services.topics
      .stateOf(this.#record)
      .pipe(map(nameOf), distinctUntilChanged()));
  }

  toJSON(): object {
    const { topic, state } = this;
    return { topic, state };
  }

  get topic(): string {
    return this.#record.topic;
  }

  /** The current state. */
  get state(): TopicStateName {
    return nameOf(this.#record.state);
  }

  /** The subscription's id, which the relay gave on this connection; `undefined` until then. */
  get subscriptionId(): string | undefined {
    return this.#record.state.name === 'active' ? this.#record.state.id : undefined;
  }

  /** Publishes on this topic, as `client.publish` does; works on a released channel too. */
  publish(message: string, options: PublishOptions): Promise<PublishResult> {
    return this.#services.publisher.publish(this.topic, message, options);
  }
}
