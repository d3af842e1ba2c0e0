import { filter, firstValueFrom, ignoreElements, lastValueFrom, skip, tap } from 'rxjs';
import type * as Library from '../../lib/index.js';
import type * as Crypto from '../../lib/crypto/index.js';
import type * as Objects from '../../lib/objects.js';
import type * as MessagePack from '../../lib/msgpack.js';
import type * as Vcdiff from '../../lib/vcdiff.js';
import { type BuildName, load } from '../builds.js';
import { channelName } from '../messages.js';
import { cipherKey } from '../traffic/payloads.js';
import type { Connect, Contestant, Place } from './contestant.js';

/** The client as built into dist, of either build. */
export const connectBy =
  (build: BuildName): Connect =>
  async (place) => {
    const client = await connected(build, place);
    if (place.speciality !== 'objects') return contestantOf(client);
    return { ...contestantOf(client), objects: objectsIn(client, await objectsBuilt(build)) };
  };

const objectsBuilt = (build: BuildName): Promise<Pick<typeof Objects, 'objects' | 'objectsOf'>> =>
  load(build, 'objects', ['objects', 'objectsOf']);

function objectsIn(
  client: Library.RealtimeClient,
  { objectsOf }: Pick<typeof Objects, 'objectsOf'>,
): NonNullable<Contestant['objects']> {
  const root = objectsOf(client.channel(channelName(0)));
  return {
    sync: async () => {
      await client.channel(channelName(0)).attach();
      await firstValueFrom(root.state$.pipe(filter((state) => state === 'synced')));
      return root.entries.length;
    },
    follow: (isCompact, done) => {
      const following = root.get('last').value$.pipe(skip(1)).subscribe(done);
      if (isCompact) following.add(root.compact$.subscribe());
      return () => {
        following.unsubscribe();
      };
    },
  };
}

async function connected(
  build: BuildName,
  { port, format, speciality }: Place,
): Promise<Library.RealtimeClient> {
  const { RealtimeClient } = await load<Pick<typeof Library, 'RealtimeClient'>>(build, 'index', [
    'RealtimeClient',
  ]);
  const client = new RealtimeClient({
    ...(speciality === 'token' ? { authCallback: () => 'bench-token' } : { key: 'bench.key:secret' }),
    endpoint: '127.0.0.1',
    port,
    tls: false,
    ...(format === 'msgpack' && {
      codec: (await load<typeof MessagePack>(build, 'msgpack', ['msgpack'])).msgpack(),
    }),
    ...(speciality === 'deltas' && {
      vcdiff: (await load<typeof Vcdiff>(build, 'vcdiff', ['vcdiff'])).vcdiff,
    }),
    ...(speciality === 'objects' && { features: [(await objectsBuilt(build)).objects] }),
    detachGrace: false,
    queue: { maxMessages: 1_000_000, maxBytes: 1_000_000_000 },
    log: () => {},
  });
  if (speciality === 'deltas') client.channel(channelName(0), { params: { delta: 'vcdiff' } });
  if (speciality === 'objects')
    client.channel(channelName(0), { modes: ['object_subscribe', 'object_publish'] });
  if (speciality === 'cipher') {
    const { aes } = await load<typeof Crypto>(build, 'crypto', ['aes']);
    client.channel(channelName(0), { cipher: aes({ key: cipherKey }) });
  }
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
  joinPast: (channel, past, heard) => {
    const messages$ = client.channel(channel).messages(undefined, { history: past });
    messages$.subscribe(({ name = '', data }) => heard(name, data as string));
  },
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
