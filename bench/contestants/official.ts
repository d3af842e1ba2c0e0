import { Realtime } from 'ably';
import type { Connect, Place } from './contestant.js';

const ignore = Function.prototype as () => void;

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
    lists: {
      release: async (channel) => {
        await client.channels.get(channel).detach();
        client.channels.release(channel);
      },
      find: (channel) => client.channels.get(channel).name === channel,
      enter: (channel, clientId) => client.channels.get(channel).presence.enterClient(clientId, 'here'),
      join: (channel, name) => {
        void client.channels.get(channel).subscribe(name, ignore);
        return () => {
          client.channels.get(channel).unsubscribe(name, ignore);
        };
      },
      walk: (channel, walked) => {
        const { presence } = client.channels.get(channel);
        void presence.subscribe(async () => {
          let members = 0;
          for (const { clientId } of await presence.get({ waitForSync: false })) if (clientId) members += 1;
          walked(members);
        });
      },
      history: async (channel, heard) => {
        let page = await client.channels.get(channel).history();
        for (;;) {
          for (const _ of page.items) heard();
          const next = await page.next();
          if (!next) return;
          page = next;
        }
      },
    },
  };
}
