import { FastSubject } from '../../rx/fast-subject.js';
import type { RelayChannel } from '../channel.js';
import type { Arrival } from '../json-rpc/frames.js';
import type { RelayMessage } from '../message.js';
import type { SubscribeLease } from './subscribe-lease.js';
import type { TopicState } from './state.js';

/** All that is kept for one topic; the fan of its messages itself. */
export class TopicRecord extends FastSubject<RelayMessage> {
  state: TopicState = { name: 'inactive' };
  /** How many hold the topic: subscribers, and `subscribe()` until `unsubscribe()`. */
  leases = 0;
  /** The one of them that is of `subscribe()`. */
  hold: SubscribeLease | undefined = undefined;
  /**
   * What came, and nobody was there to take: what was pushed is not acknowledged, so that the relay keeps it as well; what
   * was fetched is kept nowhere else.
   */
  readonly undelivered = new Map<string, Arrival>();
  readonly topic: string;
  /** The public face. */
  readonly channel: RelayChannel;

  constructor(topic: string, faceOf: (record: TopicRecord) => RelayChannel) {
    super();
    this.topic = topic;
    this.channel = faceOf(this);
  }
}
