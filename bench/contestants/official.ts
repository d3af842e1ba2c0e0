import { Realtime } from 'ably';
import type { Connect, Place } from './contestant.js';

/** The official client, as published. */
export const connect: Connect = (place) => connectBy(Realtime, place);

/** A client of that class, with its fastest options. */
export async function connectBy(Class: typeof Realtime, { port, format }: Place): ReturnType<Connect> {
  const client = new Class({
    key: 'bench.key:secret',
    endpoint: '127.0.0.1',
    port,
    tls: false,
    useBinaryProtocol: format === 'msgpack',
    fallbackHosts: [],
    disableConnectivityCheck: true,
    logLevel: 0,
  });
  await client.connection.once('connected');
  return {
    attach: (channel) => client.channels.get(channel).attach(),
    subscribe: (channel, heard) =>
      void client.channels.get(channel).subscribe(({ name = '', data }) => heard(name, data as string)),
    publish: (channel, name, data) => client.channels.get(channel).publish(name, data),
    watch: (channel, heard) =>
      void client.channels.get(channel).presence.subscribe(({ clientId }) => heard(clientId)),
    sync: async (channel) => {
      await client.channels.get(channel).attach();
      return (await client.channels.get(channel).presence.get()).length;
    },
    detach: (channel) => client.channels.get(channel).detach(),
    close: () => client.close(),
  };
}
