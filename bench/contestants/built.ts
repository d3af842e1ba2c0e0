import { filter, firstValueFrom, ignoreElements, lastValueFrom, tap } from 'rxjs';
import type * as Library from '../../lib/index.js';
import type * as MessagePack from '../../lib/msgpack.js';
import { type BuildName, load } from '../builds.js';
import type { Connect, Contestant, Place } from './contestant.js';

/** The client as built into dist, of either build. */
export const connectBy =
  (build: BuildName): Connect =>
  async (place) =>
    contestantOf(await connected(build, place));

async function connected(build: BuildName, { port, format }: Place): Promise<Library.RealtimeClient> {
  const { RealtimeClient } = await load<Pick<typeof Library, 'RealtimeClient'>>(build, 'index', [
    'RealtimeClient',
  ]);
  const client = new RealtimeClient({
    key: 'bench.key:secret',
    endpoint: '127.0.0.1',
    port,
    tls: false,
    ...(format === 'msgpack' && {
      codec: (await load<typeof MessagePack>(build, 'msgpack', ['msgpack'])).msgpack(),
    }),
    detachGrace: false,
    queue: { maxMessages: 1_000_000, maxBytes: 1_000_000_000 },
    log: () => {},
  });
  client.connect();
  await firstValueFrom(client.connectionState$.pipe(filter((state) => state === 'connected')));
  return client;
}

const contestantOf = (client: Library.RealtimeClient): Contestant => ({
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
  lists: {
    release: (channel) => client.releaseChannel(channel),
    find: (channel) => client.channels.get(channel)?.name === channel,
    enter: (channel, clientId) => client.channel(channel).presence.enterClient(clientId, 'here'),
    join: (channel, name) => {
      const subscription = client.channel(channel).messages(name).subscribe();
      return () => {
        subscription.unsubscribe();
      };
    },
    walk: (channel, walked) => {
      client.channel(channel).presence.members$.subscribe((all) => {
        let members = 0;
        for (const { clientId } of all.values()) if (clientId) members += 1;
        if (members > 0) walked(members);
      });
    },
    history: (channel, heard) =>
      lastValueFrom(client.channel(channel).history().pipe(tap(heard), ignoreElements()), {
        defaultValue: undefined,
      }),
  },
});
