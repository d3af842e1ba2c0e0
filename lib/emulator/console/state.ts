import { toBase64 } from '../../codec/base64.js';
import type { EmulatedChannel } from '../ably/channels/emulated-channel.js';
import type { EmulatedConnection } from '../ably/connections/emulated-connection.js';
import type { Emulator } from '../ably/server.js';
import type { RelayEmulator } from '../relay/relay.js';
import type {
  AdminAbly,
  AdminChannel,
  AdminConnection,
  AdminRecording,
  AdminRelay,
  AdminState,
} from './protocol.js';
import type { ConsoleServers } from './servers.js';

/** All that the console shows, at the moment. */
export const stateOf = ({ ably, relay }: ConsoleServers, recording: AdminRecording): AdminState => ({
  type: 'state',
  at: ably?.emulator.time ?? relay?.relay.time ?? 0,
  ably: ably && ablyOf(ably.url, ably.emulator),
  relay: relay && relayOf(relay.url, relay.relay),
  recording,
});

function ablyOf(url: string, { keyNames, refusing, connections, channels }: Emulator): AdminAbly {
  return {
    ...{ url, keyNames },
    refusing:
      typeof refusing === 'object' ? { code: refusing.code ?? 0, message: refusing.message ?? '' } : refusing,
    connections: connections.map(connectionOf),
    channels: channels.filter(isOfInterest).map(channelOf).sort(byName),
  };
}

const byName = (one: AdminChannel, other: AdminChannel): number =>
  one.name < other.name ? -1 : one.name > other.name ? 1 : 0;

function connectionOf({ id, clientId, channels, status }: EmulatedConnection): AdminConnection {
  const { silent, cameFrom: _, ...rest } = status;
  return { id, clientId, channels, state: silent ? 'half-open' : 'connected', ...rest };
}

const isOfInterest = ({ published, members, occupancy }: EmulatedChannel): boolean =>
  published > 0 || members.length > 0 || occupancy.connections > 0;

const maxText = 1000;

const shown = (data: unknown): unknown => {
  const text = data instanceof Uint8Array ? toBase64(data.subarray(0, maxText)) : data;
  return typeof text === 'string' ? text.slice(0, maxText) : text;
};

const channelOf = (channel: EmulatedChannel): AdminChannel => ({
  ...{ name: channel.name, appId: channel.appId, published: channel.published },
  occupancy: { ...channel.occupancy },
  members: channel.members.map(({ clientId, connectionId, data }) => ({
    ...{ clientId, connectionId, data: shown(data) },
  })),
  latest: channel.latest(10).map((message) => ({
    serial: message.serial ?? '',
    name: message.name,
    clientId: message.clientId,
    timestamp: message.timestamp ?? 0,
    data: shown(message.data),
  })),
});

function relayOf(url: string, relay: RelayEmulator): AdminRelay {
  const clients = relay.clients.map(({ id, connected, subscriptions }) => ({
    ...{ id, connected },
    topics: [...subscriptions.keys()],
    mailbox: relay.mailbox(id).length,
  }));
  const subscribers = new Map<string, string[]>(relay.topics.map((topic) => [topic, []]));
  for (const { id, topics } of clients)
    for (const topic of topics) subscribers.set(topic, [...(subscribers.get(topic) ?? []), id]);
  return {
    ...{ url, clients },
    refusing: relay.refusing,
    topics: [...subscribers].map(([topic, of]) => ({
      topic,
      subscribers: of,
      messages: relay
        .messages(topic)
        .slice(-10)
        .map(({ message, tag, publishedAt }) => ({
          ...{ message: message.slice(0, maxText), tag, publishedAt },
        })),
    })),
  };
}
