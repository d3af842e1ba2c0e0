import type { CursorUpdate, Lock, Space, SpaceMember } from '@ably/spaces';
import type SpacesClass from '@ably/spaces';
import * as Ably from 'ably';
import { expect } from 'chai';
import { createRequire } from 'node:module';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { ended } from '../support/official-ably.js';

const { default: Spaces } = createRequire(import.meta.url)('@ably/spaces') as { default: typeof SpacesClass }; // its types are those of another build

/** Resolves with the first item of a subscription that fulfils a condition. */
const first = <T>(subscribe: (listener: (item: T) => void) => void, isIt: (item: T) => boolean): Promise<T> =>
  new Promise((resolve) => {
    subscribe((item) => {
      if (isIt(item)) resolve(item);
    });
  });

for (const useBinaryProtocol of [false, true]) {
  describe(`@ably/spaces against the emulator, in ${useBinaryProtocol ? 'MessagePack' : 'JSON'}`, () => {
    const clients = new Map<string, Ably.Realtime>();
    let server: ListeningEmulator;
    const spaceOf = (clientId: string): Promise<Space> => {
      const { key, host, port } = server;
      const where = { endpoint: host, port, tls: false, fallbackHosts: [] };
      const client = new Ably.Realtime({ ...where, key, clientId, useBinaryProtocol, logLevel: 0 });
      clients.set(clientId, client);
      return new Spaces(client).get('slides', { offlineTimeout: 20, cursors: { outboundBatchInterval: 20 } });
    };
    const namesOf = (members: readonly SpaceMember[]): string[] =>
      members.map(({ clientId }) => clientId).sort();

    beforeEach(async () => {
      server = await listen();
    });
    afterEach(async () => {
      await Promise.all([...clients.values()].map(ended));
      clients.clear();
      await server.close();
    });

    it('enters a space, tells its members, and their profiles as they change', async () => {
      const [ann, bob] = [await spaceOf('ann'), await spaceOf('bob')];
      const both = first<{ members: SpaceMember[] }>(
        (listener) => ann.subscribe('update', listener),
        ({ members }) => members.length === 2,
      );
      const entered = first<SpaceMember>(
        (listener) => ann.members.subscribe('enter', listener),
        ({ clientId }) => clientId === 'bob',
      );
      await ann.enter({ username: 'Ann' });
      await bob.enter({ username: 'Bob' });
      expect(namesOf((await both).members)).deep.equal(['ann', 'bob']);
      expect(await entered).deep.include({
        isConnected: true,
        profileData: { username: 'Bob' },
        location: null,
      });
      const changed = first<SpaceMember>(
        (listener) => ann.members.subscribe('updateProfile', listener),
        ({ clientId }) => clientId === 'bob',
      );
      await bob.updateProfileData((profile) => ({ ...profile, mood: 'fine' }));
      expect((await changed).profileData).deep.equal({ username: 'Bob', mood: 'fine' });
      expect(namesOf(await ann.members.getAll())).deep.equal(['ann', 'bob']);
      expect((await ann.members.getSelf())?.clientId).equal('ann');
      expect(namesOf(await ann.members.getOthers())).deep.equal(['bob']);
      expect(namesOf((await bob.getState()).members)).deep.equal(['ann', 'bob']);
    });

    it('leaves a space, and is removed from it some time later', async () => {
      const [ann, bob] = [await spaceOf('ann'), await spaceOf('bob')];
      await ann.enter();
      await bob.enter({ username: 'Bob' });
      const isBob = ({ clientId }: SpaceMember): boolean => clientId === 'bob';
      const left = first<SpaceMember>((listener) => ann.members.subscribe('leave', listener), isBob);
      const removed = first<SpaceMember>((listener) => ann.members.subscribe('remove', listener), isBob);
      await bob.leave({ username: 'gone' });
      expect(await left).deep.include({ isConnected: false, profileData: { username: 'gone' } });
      await removed;
      expect(namesOf(await ann.members.getAll())).deep.equal(['ann']);
    });

    it('sets locations, tells them as they change, and when asked', async () => {
      const [ann, bob] = [await spaceOf('ann'), await spaceOf('bob')];
      await ann.enter();
      await bob.enter();
      const moved = first<{ member: SpaceMember; currentLocation: unknown; previousLocation: unknown }>(
        (listener) => ann.locations.subscribe('update', listener as never),
        ({ currentLocation }) => (currentLocation as { slide: number }).slide === 2,
      );
      await bob.locations.set({ slide: 1 });
      await bob.locations.set({ slide: 2 });
      const { member, ...locations } = await moved;
      expect(member.clientId).equal('bob');
      expect(locations).deep.equal({ currentLocation: { slide: 2 }, previousLocation: { slide: 1 } });
      expect(await bob.locations.getSelf()).deep.equal({ slide: 2 });
      expect(Object.values(await ann.locations.getOthers())).deep.equal([{ slide: 2 }]);
      expect(Object.keys(await ann.locations.getAll())).length(2);
    });

    it('sends cursors in batches, and tells the last ones when asked', async () => {
      const [ann, bob] = [await spaceOf('ann'), await spaceOf('bob')];
      await ann.enter();
      await bob.enter();
      const seen = first<CursorUpdate>(
        (listener) => ann.cursors.subscribe('update', listener),
        ({ position }) => position.x === 3,
      );
      bob.cursors.subscribe('update', () => undefined);
      const { presence } = clients.get('bob')?.channels.get('slides::$cursors') ?? {};
      const present = new Set<string>(); // cursors are sent to others, where there are any
      await first<Ably.PresenceMessage>(
        (listener) => void presence?.subscribe(listener),
        ({ clientId }) => present.add(clientId).size === 2,
      );
      await presence?.get();
      for (const x of [1, 2, 3]) await bob.cursors.set({ position: { x, y: x }, data: { color: 'red' } });
      expect(await seen).deep.include({ clientId: 'bob', position: { x: 3, y: 3 }, data: { color: 'red' } });
      const self = await bob.cursors.getSelf();
      expect([self?.clientId, self?.position]).deep.equal(['bob', { x: 3, y: 3 }]);
      expect(Object.values(await ann.cursors.getOthers()).map((cursor) => cursor?.clientId)).include('bob');
    });

    it('locks a component for one member at a time, and releases it', async () => {
      const [ann, bob] = [await spaceOf('ann'), await spaceOf('bob')];
      await ann.enter();
      await bob.enter();
      const locked = first<Lock>(
        (listener) => bob.locks.subscribe('update', listener),
        ({ status }) => status === 'locked',
      );
      await ann.locks.acquire('title', { attributes: { why: 'edit' } });
      expect(await locked).nested.include({
        id: 'title',
        'member.clientId': 'ann',
        'attributes.why': 'edit',
      });
      expect(bob.locks.get('title')?.member.clientId).equal('ann');
      const refused = first<Lock>(
        (listener) => bob.locks.subscribe('update', listener),
        ({ member, status }) => member.clientId === 'bob' && status === 'unlocked',
      );
      await bob.locks.acquire('title').catch(() => undefined);
      expect((await refused).reason?.code).equal(101_003);
      const released = first<Lock>(
        (listener) => bob.locks.subscribe('update', listener),
        ({ member, status }) => member.clientId === 'ann' && status === 'unlocked',
      );
      await ann.locks.release('title');
      await released;
      expect(await bob.locks.getAll()).deep.equal([]);
    });

    it('goes on through a cut: the member stays, and hears what it has missed', async () => {
      const [ann, bob] = [await spaceOf('ann'), await spaceOf('bob')];
      await ann.enter();
      await bob.enter();
      const left: string[] = [];
      bob.members.subscribe('leave', ({ clientId }) => void left.push(clientId));
      const moved = first<{ currentLocation: unknown }>(
        (listener) => ann.locations.subscribe('update', listener as never),
        ({ currentLocation }) => (currentLocation as { slide: number }).slide === 2,
      );
      const connection = clients.get('ann')?.connection;
      const cut = connection?.once('disconnected');
      server.emulator.connections.find(({ clientId }) => clientId === 'ann')?.drop();
      await cut;
      await bob.locations.set({ slide: 2 });
      await connection?.once('connected');
      await moved;
      await ann.locations.set({ slide: 3 });
      expect(namesOf((await bob.getState()).members)).deep.equal(['ann', 'bob']);
      expect([left, await ann.locations.getSelf()]).deep.equal([[], { slide: 3 }]);
    });
  });
}
