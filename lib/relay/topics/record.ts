import { FastSubject } from '../../rx/fast-subject.js';
import type { Arrival } from '../json-rpc/frames.js';
import type { RelayMessage } from '../message.js';
import type { WithMessageId } from '../message-id.js';
import type { TopicState } from './state.js';
import type { SubscribeLease } from './subscribe-lease.js';

type Undelivered = Map<string, WithMessageId<Arrival>>;

/** Those of a topic that has none, which are most topics. */
const none: ReadonlyMap<string, WithMessageId<Arrival>> = new Map();

/** Everything that is kept for one topic; the subject of its messages itself. */
export class TopicRecord extends FastSubject<RelayMessage> {
  readonly topic: string;
  state: TopicState = { name: 'inactive' };
  /** Number of leases: one per subscriber, and one for all calls of `subscribe()`. */
  leases = 0;
  subscribeLease: SubscribeLease | undefined = undefined;
  #undelivered: Undelivered | undefined = undefined;

  constructor(topic: string) {
    super();
    this.topic = topic;
  }

  /**
   * Messages that found no subscriber. A pushed one is not acknowledged, so that the relay keeps it as well; a fetched one
   * is kept nowhere else.
   */
  get undelivered(): ReadonlyMap<string, WithMessageId<Arrival>> {
    return this.#undelivered ?? none;
  }

  /** Keeps a message for the next subscriber, in place of an equal one. */
  keep(key: string, message: WithMessageId<Arrival>): void {
    (this.#undelivered ??= new Map()).set(key, message);
  }

  /** Keeps a message no longer. */
  forget(key: string): void {
    this.#undelivered?.delete(key);
  }

  /** Takes out all that is kept. */
  takeUndelivered(): readonly WithMessageId<Arrival>[] {
    const all = [...this.undelivered.values()];
    this.#undelivered = undefined;
    return all;
  }

  /** Takes part in the subscribe lease, and begins one where there is none. */
  joinSubscribeLease(): SubscribeLease {
    if (!this.subscribeLease) {
      this.subscribeLease = { waiting: 0, confirmed: false };
      this.leases += 1;
    }
    this.subscribeLease.waiting += 1;
    return this.subscribeLease;
  }

  /** Ends the subscribe lease for all calls. */
  dropSubscribeLease(): void {
    if (this.subscribeLease) this.leases -= 1;
    this.subscribeLease = undefined;
  }
}
