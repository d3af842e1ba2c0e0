import vcdiff from '@ably/vcdiff-decoder';
import {
  type ChannelOptions,
  type InboundMessage,
  type PaginatedResult,
  Realtime,
  type RealtimeChannel,
} from 'ably';
import { LiveObjects } from 'ably/liveobjects';
import { channelName, type Speciality } from '../messages.js';
import { cipherKey } from '../traffic/payloads.js';
import type { Connect, Place } from './contestant.js';

const ignore = Function.prototype as () => void;

/** The official client, as published. */
export const connect: Connect = (place) => connectBy(Realtime, place);

const optionsOf: Readonly<Partial<Record<Speciality, ChannelOptions>>> = {
  deltas: { params: { delta: 'vcdiff' } },
  objects: { modes: ['OBJECT_SUBSCRIBE', 'OBJECT_PUBLISH'] },
  cipher: { cipher: { key: cipherKey } as unknown as NonNullable<ChannelOptions['cipher']> },
};

/** So many of the past, oldest first, then what has come since: the client has no call for both. */
async function joinPast(
  channel: RealtimeChannel,
  past: number,
  heard: (name: string, data: string) => void,
): Promise<void> {
  const tell = ({ name = '', data }: InboundMessage): void => heard(name, data as string);
  const waiting: InboundMessage[] = [];
  let take = (message: InboundMessage): void => void waiting.push(message);
  await channel.subscribe((message) => take(message));
  const items: InboundMessage[] = [];
  let page: PaginatedResult<InboundMessage> | null = await channel.history({
    untilAttach: true,
    limit: Math.min(past, 1000),
  });
  for (; page; page = await page.next()) {
    items.push(...page.items);
    if (items.length >= past) break;
  }
  for (const message of items.slice(0, past).reverse()) tell(message);
  for (const message of waiting) tell(message);
  take = tell;
}

/** A client of that class, with its fastest options. */
export async function connectBy(
  Class: typeof Realtime,
  { port, format, speciality }: Place,
): ReturnType<Connect> {
  const client = new Class({
    ...(speciality === 'token'
      ? { authCallback: (_, answer) => answer(null, 'bench-token') }
      : { key: 'bench.key:secret' }),
    ...(speciality === 'deltas' && { plugins: { vcdiff } }),
    ...(speciality === 'objects' && { plugins: { LiveObjects } }),
    endpoint: '127.0.0.1',
    port,
    tls: false,
    useBinaryProtocol: format === 'msgpack',
    fallbackHosts: [],
    disableConnectivityCheck: true,
    logLevel: 0,
  });
  const special = speciality && optionsOf[speciality];
  if (special) client.channels.get(channelName(0), special);
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
    joinPast: (channel, past, heard) => void joinPast(client.channels.get(channel), past, heard),
    close: () => client.close(),
    objects: {
      sync: async () => {
        const channel = client.channels.get(channelName(0));
        await channel.attach();
        return [...(await channel.object.get()).keys()].length;
      },
      follow: (_, done) => {
        let leave: () => void = ignore;
        void client.channels
          .get(channelName(0))
          .object.get()
          .then((root) => {
            leave = (root.get('last') as { subscribe(heard: () => void): { unsubscribe(): void } }).subscribe(
              done,
            ).unsubscribe;
          });
        return () => leave();
      },
    },
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
