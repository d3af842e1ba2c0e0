import type { WireMessage } from '../../../ably/wire/frames.js';
import { describeAs } from '../../../base/described.js';
import { type Metrics, metricsOf } from '../occupancy/metrics.js';
import type { Member } from '../presence/members.js';
import type { Channel } from './channel.js';

/** A channel as the server sees it, at the moment at which it is read. */
export interface EmulatedChannel {
  readonly name: string;
  readonly appId: string;
  /** In order of arrival. */
  readonly members: readonly Member[];
  readonly occupancy: Metrics;
  /** Number of messages that were published since the channel began. */
  readonly published: number;
  /** The latest stored messages as they were published, oldest first: at most so many. */
  latest(count: number): readonly WireMessage[];
}

export function emulatedChannel(channel: Channel, appId: string): EmulatedChannel {
  const shown: EmulatedChannel = {
    name: channel.name,
    appId,
    get members() {
      return channel.members.all();
    },
    get occupancy() {
      return metricsOf(channel);
    },
    get published() {
      return channel.published;
    },
    latest: (count) =>
      channel
        .latest(count)
        .flatMap(({ newMessages, timestamp }) => newMessages.map((message) => ({ timestamp, ...message })))
        .slice(-count),
  };
  return describeAs('EmulatedChannel', shown, () => ({ name: channel.name, appId }));
}
