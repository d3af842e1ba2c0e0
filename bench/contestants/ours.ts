import { filter, firstValueFrom } from 'rxjs';
import type * as Library from '../../lib/index.js';
import type * as MessagePack from '../../lib/msgpack.js';
import type { Connect } from './contestant.js';

const built = <T>(file: string): Promise<T> =>
  import(new URL(`../../dist/${file}`, import.meta.url).href) as Promise<T>;
const { RealtimeClient } = await built<typeof Library>('index.js');
const { msgpack } = await built<typeof MessagePack>('msgpack.js');

/** The client as built into dist. */
export const connect: Connect = async ({ port, format }) => {
  const client = new RealtimeClient({
    key: 'bench.key:secret',
    endpoint: '127.0.0.1',
    port,
    tls: false,
    ...(format === 'msgpack' && { codec: msgpack() }),
    detachGrace: false,
    queue: { maxMessages: 1_000_000, maxBytes: 1_000_000_000 },
    log: () => {},
  });
  client.connect();
  await firstValueFrom(client.connectionState$.pipe(filter((state) => state === 'connected')));
  return {
    attach: (channel) => client.channel(channel).attach(),
    subscribe: (channel, heard) => {
      client.channel(channel).messages$.subscribe(({ name = '', data }) => heard(name, data as string));
    },
    publish: (channel, name, data) => client.channel(channel).publish(name, data),
    watch: (channel, heard, moves) => {
      const { members$, changes$, events$ } = client.channel(channel).presence;
      events$.subscribe(({ clientId = '' }) => heard(clientId));
      members$.subscribe();
      if (moves) changes$.subscribe();
    },
    sync: async (channel) => {
      await client.channel(channel).attach();
      return (await client.channel(channel).presence.get()).length;
    },
    detach: (channel) => client.channel(channel).detach(),
    close: () => client.dispose(),
  };
};
