import * as Ably from 'ably';
import { LiveCounter, LiveMap, LiveObjects, type PathObject } from 'ably/liveobjects';
import { expect } from 'chai';
import { type EmulatedConnection, listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { ended } from '../support/official-ably.js';

const modes: Ably.ChannelMode[] = ['OBJECT_SUBSCRIBE', 'OBJECT_PUBLISH'];
const codeOf = (promise: Promise<unknown>): Promise<number | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error as Ably.ErrorInfo).code,
  );

for (const useBinaryProtocol of [false, true]) {
  describe(`objects of the official client against the emulator, in ${useBinaryProtocol ? 'MessagePack' : 'JSON'}`, () => {
    const clients: Ably.Realtime[] = [];
    let server: ListeningEmulator;
    const where = (): Ably.ClientOptions => {
      const { key, host, port } = server;
      return {
        ...{ key, endpoint: host, port, tls: false, fallbackHosts: [], useBinaryProtocol, logLevel: 0 },
        ...{ plugins: { LiveObjects }, disconnectedRetryTimeout: 10 },
      };
    };
    const channel = (options: Ably.ChannelOptions = { modes }): Ably.RealtimeChannel => {
      const made = new Ably.Realtime(where());
      clients.push(made);
      return made.channels.get('room', options);
    };
    const rootOf = (of: Ably.RealtimeChannel): Promise<PathObject<LiveMap>> => of.object.get();
    const connection = (at: number): EmulatedConnection => {
      const found = server.emulator.connections[at];
      if (!found) throw new Error('Not so many are connected.');
      return found;
    };
    /** Resolves once the client sees what the server has. */
    const same = (root: PathObject<LiveMap>): Promise<void> =>
      new Promise((resolve) => {
        const check = (): void => {
          if (JSON.stringify(plain(root)) !== JSON.stringify(plainObjects())) return;
          subscription.unsubscribe();
          resolve();
        };
        const subscription = root.subscribe(check);
        check();
      });
    const plain = (root: PathObject<LiveMap>): unknown => sorted(root.compactJson());
    const plainObjects = (): unknown => sorted(server.emulator.objects('room').compact());

    beforeEach(async () => {
      server = await listen({ syncPageSize: 50 });
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map(ended));
      await server.close();
    });

    it('makes every operation, and another client sees it', async () => {
      const [one, two] = await Promise.all([rootOf(channel()), rootOf(channel())]);
      const bytes = new Uint8Array([1, 2, 255]);
      await one.set('text', 'hello');
      await one.set('number', 0.5);
      await one.set('flag', false);
      await one.set('bytes', bytes.buffer);
      await one.set('json', { a: [1, { b: null }] });
      await one.set('map', LiveMap.create({ n: LiveCounter.create(3), deep: LiveMap.create({ x: 1 }) }));
      await one.get('map').get('n').increment(2);
      await one.get('map').get('n').decrement(0.5);
      await one.get('map').get('deep').set('y', 's');
      await one.get('map').get('deep').remove('x');
      await one.remove('flag');
      await same(two);
      expect(two.get('map').compact()).deep.equal({ n: 4.5, deep: { y: 's' } });
      const got = two.get('bytes').value() as ArrayBuffer;
      expect([...new Uint8Array(got)]).deep.equal([1, 2, 255]);
      expect(two.get('json').value()).deep.equal({ a: [1, { b: null }] });
      expect(two.compactJson()).deep.equal(one.compactJson());
      const three = await rootOf(channel());
      expect(three.compactJson()).deep.equal(one.compactJson());
    });

    it('makes a batch in one frame, and tells subscribers of paths by depth', async () => {
      const [one, two] = await Promise.all([rootOf(channel()), rootOf(channel())]);
      await one.set('votes', LiveMap.create({ up: LiveCounter.create(0) }));
      await same(two);
      const heard: string[] = [];
      two
        .get('votes')
        .subscribe(({ object, message }) =>
          heard.push(`all ${object.path()} ${message?.operation.action ?? ''}`),
        );
      two.subscribe(({ object }) => heard.push(`top ${object.path()}`), { depth: 1 });
      const frames: number[] = [];
      connection(0).received$.subscribe(({ action, state }) => {
        if (action === 19) frames.push(state?.length ?? 0);
      });
      await one.batch((tx) => {
        tx.set('a', 1);
        tx.get('votes')?.set('title', 't');
      });
      await one.get('votes').get('up').increment(1);
      await same(two);
      expect(frames).deep.equal([2, 1]);
      expect(heard).deep.equal(['top ', 'all votes map.set', 'all votes.up counter.inc']);
    });

    it('applies what the server sets, removes and deletes', async () => {
      const objects = server.emulator.objects('room');
      objects.createMap('m', { x: 1 });
      objects.createCounter('m.n', 2);
      const root = await rootOf(channel());
      const counter = root.get('m').get('n').instance();
      const deleted = new Promise((resolve) =>
        counter?.subscribe(({ message }) => resolve(message?.operation.action)),
      );
      objects.remove('m');
      expect(objects.collect()).length(2);
      expect(await deleted).equal('object.delete');
      await same(root);
      expect(root.compactJson()).deep.equal({});
    });

    it('syncs 1,000 objects in pages, through a cut amid the sync', async () => {
      const objects = server.emulator.objects('room');
      objects.createMap('list');
      for (let at = 0; at < 1000; at += 1) objects.createCounter(`list.${at}`, at);
      const of = channel();
      of.attach().catch(() => undefined);
      const opened = server.emulator.connections$.subscribe((made) => made.holdObjectSync('room'));
      const got = rootOf(of);
      await of.attach();
      opened.unsubscribe();
      expect(connection(0).releaseObjectSync('room', 3)).greaterThan(10);
      objects.increment('list.*', 1);
      connection(0).drop();
      const root = await got;
      await same(root);
      expect(root.get('list').get('999').value()).equal(1000);
      expect([...root.get('list').keys()]).length(1000);
    });

    it('bears operations that are broken, late and doubled', async () => {
      const objects = server.emulator.objects('room');
      objects.createCounter('n');
      const root = await rootOf(channel());
      connection(0).doubleOperation();
      connection(0).breakOperation();
      for (const key of ['a', 'b', 'c']) objects.set(key, 1);
      objects.increment('n');
      const { b, ...rest } = objects.compact() as Record<string, unknown>;
      await new Promise<void>((resolve) => {
        const done = (): boolean => JSON.stringify(root.compactJson()) === JSON.stringify(rest);
        if (done()) resolve();
        else root.subscribe(() => done() && resolve());
      });
      connection(0).syncObjects('room');
      expect(b).equal(1);
      await same(root);
    });

    it('refuses without the mode, or the capability', async () => {
      const root = await rootOf(channel({ modes: ['OBJECT_SUBSCRIBE'] }));
      expect(await codeOf(Promise.resolve().then(() => root.set('a', 1)))).equal(40024); // it throws at once
      const { token } = server.emulator.issueToken({ capability: { '*': ['object-subscribe'] } });
      const reader = new Ably.Rest({ ...where(), key: undefined as never, token });
      const op = { path: '', mapSet: { key: 'a', value: { number: 1 } } };
      expect(await codeOf(reader.channels.get('room').object.publish(op))).equal(40160);
    });

    it('reads and publishes over REST', async () => {
      const { object } = new Ably.Rest(where()).channels.get('room');
      const root = await rootOf(channel());
      const made = await object.publish({
        path: 'votes',
        mapCreate: {
          semantics: 'lww',
          entries: { t: { data: { string: 'x' } }, j: { data: { json: [1] } } },
        },
      });
      const id = await object.generateObjectId({ counterCreate: { count: 2 } });
      const bytes = new Uint8Array([1, 2]).buffer;
      await object.publish([
        {
          objectId: id.objectId,
          counterCreateWithObjectId: { initialValue: id.initialValue, nonce: id.nonce },
        },
        { path: 'votes', mapSet: { key: 'n', value: { objectId: id.objectId } } },
        { path: 'votes', mapSet: { key: 'b', value: { bytes } } },
      ]);
      await object.publish({ path: 'votes.n', counterInc: { number: -1 } });
      await same(root);
      const compact = (await object.get({ path: 'votes' })) as Record<string, unknown>;
      expect(compact).include({ t: 'x', n: 1, j: '[1]' });
      const full = (await object.get({ objectId: made.objectIds[0] ?? '', compact: false })) as {
        readonly map: {
          readonly semantics: string;
          readonly entries: Record<string, { readonly data: object }>;
        };
      };
      const { semantics, entries } = full.map;
      expect(semantics).equal('lww');
      expect(entries['n']?.data).deep.equal({ objectId: id.objectId, counter: { data: { number: 1 } } });
      expect(entries['j']?.data).deep.equal({ json: [1] });
      const read = (entries['b']?.data as { readonly bytes: ArrayBuffer }).bytes;
      expect([...new Uint8Array(read)]).deep.equal([1, 2]);
      expect(await codeOf(object.get({ path: 'none' }))).equal(92005);
    });
  });
}

/** The same value with keys in order, and bytes as base64. */
function sorted(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, inner]) => [key, sorted(inner)]));
}
