import * as Ably from 'ably';
import { expect } from 'chai';
import { filter, firstValueFrom, take, toArray } from 'rxjs';
import { aes, generateRandomKey } from '../../lib/crypto/index.js';
import {
  type EmulatedConnection,
  type EmulatorOptions,
  listen,
  type ListeningEmulator,
} from '../../lib/emulator/index.js';
import { json, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';
import { plain } from '../support/plain.js';

type Format = 'json' | 'msgpack';

/** What either client says of a member. */
interface Said {
  readonly action: string;
  readonly clientId?: string | undefined;
  readonly connectionId?: string | undefined;
  readonly data?: unknown;
  readonly encoding?: string | null | undefined;
}

/** One client on the channel "chat", whichever client it is. */
interface Side {
  readonly connectionId: () => string | undefined;
  readonly enter: (data?: unknown) => Promise<unknown>;
  readonly update: (data?: unknown) => Promise<unknown>;
  readonly leave: (data?: unknown) => Promise<unknown>;
  readonly enterClient: (clientId: string, data?: unknown) => Promise<unknown>;
  /** So many events; it is attached once this resolves. */
  readonly next: (count: number) => Promise<{ readonly events: Promise<readonly Said[]> }>;
  readonly get: () => Promise<readonly Said[]>;
  /** Resolves when it is connected anew. */
  readonly back: () => Promise<unknown>;
  /** RTP12: newest first. */
  readonly past: () => Promise<readonly Said[]>;
  readonly end: () => Promise<unknown>;
}

interface Wanted {
  readonly server: ListeningEmulator;
  readonly format: Format;
  readonly clientId?: string | undefined;
  readonly key?: Uint8Array | undefined;
}

const retries = { disconnectedRetryTimeout: 50, suspendedRetryTimeout: 50 };

function ours({ server: { host: endpoint, port, key }, format, clientId, key: secret }: Wanted): Side {
  const client = new RealtimeClient({
    ...{ key, endpoint, port, tls: false, log: () => undefined, ...retries },
    ...{ clientId, codec: format === 'json' ? json : msgpack() },
  });
  const channel = client.channel('chat', secret && { cipher: aes({ key: secret }) });
  const { presence } = channel;
  return {
    connectionId: () => client.connection.id,
    enter: (data) => presence.enter(data),
    update: (data) => presence.update(data),
    leave: (data) => presence.leave(data),
    enterClient: (id, data) => presence.enterClient(id, data),
    next: async (count) => {
      const events = firstValueFrom(presence.events$.pipe(take(count), toArray()));
      await channel.attach();
      return { events };
    },
    get: () => presence.get(),
    back: () => firstValueFrom(client.connection.changes$.pipe(filter(({ event }) => event === 'connected'))),
    past: () => firstValueFrom(presence.history().pipe(toArray())),
    end: () => client.dispose(),
  };
}

function official({ server: { host: endpoint, port, key }, format, clientId, key: secret }: Wanted): Side {
  const client = new Ably.Realtime({
    ...{ key, endpoint, port, tls: false, fallbackHosts: [], logLevel: 0, ...retries },
    ...{ ...(clientId !== undefined && { clientId }), useBinaryProtocol: format === 'msgpack' },
  });
  const channel = client.channels.get('chat', secret && { cipher: { key: Buffer.from(secret) } });
  const { presence } = channel;
  return {
    connectionId: () => client.connection.id,
    enter: (data) => presence.enter(data),
    update: (data) => presence.update(data),
    leave: (data) => presence.leave(data),
    enterClient: (id, data) => presence.enterClient(id, data),
    next: async (count) => {
      const heard: Said[] = [];
      const events = new Promise<readonly Said[]>((resolve) => {
        void presence.subscribe((event) => {
          if (heard.push(event) === count) resolve(heard);
        });
      });
      await channel.attach();
      return { events };
    },
    get: () => presence.get(),
    back: () => client.connection.once('connected'),
    past: async () => (await presence.history()).items,
    end: async () => {
      client.close();
      await client.connection.whenState('closed');
    },
  };
}

const sides = { ours, official };
const textOf = ({ action, clientId, data }: Said): string =>
  [action, clientId, JSON.stringify(plain(data))].join(' ').trim();
const namesOf = (members: readonly Said[]): readonly unknown[] =>
  members.map(({ clientId }) => clientId).sort();

for (const format of ['json', 'msgpack'] as const)
  for (const watching of ['json', 'msgpack'] as const)
    for (const [actor, watcher] of [
      ['ours', 'official'],
      ['official', 'ours'],
    ] as const)
      describe(`presence of ${actor} in ${format}, as ${watcher} in ${watching} sees it`, () => {
        const all: Side[] = [];
        let server: ListeningEmulator;
        const acting = (clientId?: string, key?: Uint8Array): Side => made(actor, { format, clientId, key });
        const looking = (clientId?: string, key?: Uint8Array): Side =>
          made(watcher, { format: watching, clientId, key });
        const made = (who: 'ours' | 'official', wanted: Omit<Wanted, 'server'>): Side => {
          const side = sides[who]({ server, ...wanted });
          all.push(side);
          return side;
        };
        const restarted = async (options: EmulatorOptions): Promise<void> => {
          await server.close();
          server = await listen(options);
        };
        const connectionOf = (side: Side): EmulatedConnection => {
          const found = server.emulator.connections.find(({ id }) => id === side.connectionId());
          if (!found) throw new Error('The client is not connected.');
          return found;
        };

        beforeEach(async () => {
          server = await listen();
        });
        afterEach(async () => {
          await Promise.all(all.splice(0).map((side) => side.end()));
          await server.close();
        });

        it('RTP6, RTP8, RTP9, RTP10: enters, updates and leaves', async () => {
          const [ann, bob] = [acting('ann'), looking('bob')];
          const { events } = await bob.next(5);
          await ann.enter({ deep: [1, null] });
          await ann.update('ünïcödé 🙂');
          await ann.update(new Uint8Array([0, 127, 255]));
          await ann.enter();
          await ann.leave('bye');
          expect((await events).map(textOf)).to.deep.equal([
            ...['enter ann {"deep":[1,null]}', 'update ann "ünïcödé 🙂"', 'update ann {"bytes":[0,127,255]}'],
            ...['update ann', 'leave ann "bye"'],
          ]);
          expect((await events).map(({ connectionId }) => connectionId)).to.deep.equal(
            Array(5).fill(ann.connectionId()),
          );
        });

        it('RTP11: is a member for as long as it has not left, with its latest data', async () => {
          const [ann, bob] = [acting('ann'), looking('bob')];
          await ann.enter('first');
          await bob.enter('there');
          expect((await bob.get()).map(textOf).sort()).to.deep.equal([
            'present ann "first"',
            'present bob "there"',
          ]);
          const { events } = await bob.next(2);
          await ann.update('second');
          await ann.leave();
          expect((await events).map(textOf)).to.deep.equal(['update ann "second"', 'leave ann "second"']); // RTP10a
          expect((await bob.get()).map(textOf)).to.deep.equal(['present bob "there"']);
          expect((await ann.get()).map(textOf)).to.deep.equal(['present bob "there"']);
        });

        it('RTP4, RTP14, RTP18: enters 500 members, which arrive by a sync', async () => {
          const [host, bob] = [acting(), looking('bob')];
          const names = Array.from({ length: 500 }, (_, at) => `member ${String(at).padStart(3, '0')}`);
          await Promise.all(names.map((name) => host.enterClient(name, { of: name })));
          const { events } = await bob.next(500);
          const members = await bob.get();
          expect(namesOf(members)).to.deep.equal(names);
          for (const { action, clientId, data } of members)
            expect({ action, data }).to.deep.equal({ action: 'present', data: { of: clientId } });
          expect(namesOf(await events)).to.deep.equal(names);
          expect((await events).every(({ action }) => action === 'present')).to.equal(true);
          expect(namesOf(await host.get())).to.deep.equal(names);
        });

        it('RTP8e, RSL5a, RSL6a: encrypts its data, which the other decrypts, also from a sync', async () => {
          const key = generateRandomKey();
          const [ann, bob, eve] = [acting('ann', key), looking('bob', key), looking('eve')];
          const { events } = await bob.next(4);
          await ann.enter('text, ünïcödé 🙂');
          await ann.update({ nested: [1, null] });
          await ann.update(new Uint8Array([0, 127, 255]));
          await ann.update('last');
          expect((await events).map(textOf)).to.deep.equal([
            ...['enter ann "text, ünïcödé 🙂"', 'update ann {"nested":[1,null]}'],
            ...['update ann {"bytes":[0,127,255]}', 'update ann "last"'],
          ]);
          const late = looking('cat', key);
          expect((await late.get()).map(textOf)).to.deep.equal(['present ann "last"']);
          const [seen] = await eve.get(); // who has no key sees who is there, and not what it says
          expect(seen).to.deep.include({ clientId: 'ann', encoding: 'utf-8/cipher+aes-256-cbc' });
          expect(Buffer.from(seen?.data as Uint8Array).includes('last')).to.equal(false);
        });

        it('RTP17, RTP17i: leaves a while after it was cut off, and enters again when it is back', async () => {
          await restarted({ connectionStateTtl: 300 });
          const [ann, bob] = [acting('ann'), looking('bob')];
          const { events } = await bob.next(3);
          await ann.enter('x');
          const before = ann.connectionId();
          const { events: left } = await bob.next(1);
          server.emulator.refuse('drop');
          connectionOf(ann).drop();
          expect((await left).map(textOf)).to.deep.equal(['leave ann "x"']);
          expect(await bob.get()).to.deep.equal([]);
          server.emulator.refuse(false);
          expect((await events).map(textOf)).to.deep.equal([
            'enter ann "x"',
            'leave ann "x"',
            'enter ann "x"',
          ]);
          const [member] = await bob.get();
          expect(member?.connectionId).to.equal(ann.connectionId()).and.not.equal(before);
        });

        it('RTP17g1, RTP17i: enters again after a resume that failed, and its former self leaves', async () => {
          await restarted({ connectionStateTtl: 500 });
          const [ann, bob] = [acting('ann'), looking('bob')];
          const heard = [await ann.next(3), await bob.next(3)];
          await ann.enter('x');
          const connection = connectionOf(ann);
          connection.forget();
          connection.drop();
          for (const { events } of heard) {
            expect((await events).map(textOf)).to.deep.equal([
              ...['enter ann "x"', 'enter ann "x"', 'leave ann "x"'],
            ]);
            const [old, again, gone] = (await events).map(({ connectionId }) => connectionId);
            expect([old, gone]).to.deep.equal([connection.id, connection.id]);
            expect(again).to.equal(ann.connectionId()).and.not.equal(connection.id);
          }
          const again = ann.connectionId();
          expect((await bob.get()).map(({ connectionId }) => connectionId)).to.deep.equal([again]);
          expect((await ann.get()).map(({ connectionId }) => connectionId)).to.deep.equal([again]);
        });

        it('RTN15c6: a resume keeps a member, and other clients get no event', async () => {
          const [ann, bob] = [acting('ann'), looking('bob')];
          const { events } = await bob.next(2);
          await ann.enter('x');
          const connection = connectionOf(ann);
          const back = ann.back();
          connection.drop();
          await back;
          await ann.update('y');
          expect((await events).map(textOf)).to.deep.equal(['enter ann "x"', 'update ann "y"']);
          expect(ann.connectionId()).to.equal(connection.id);
        });

        it('RTP12: leaves a history', async () => {
          const key = generateRandomKey();
          const [ann, bob] = [acting('ann', key), looking('bob', key)];
          await ann.enter({ a: 1 });
          await ann.update('second');
          await ann.leave(new Uint8Array([0, 255]));
          const past = ['leave ann {"bytes":[0,255]}', 'update ann "second"', 'enter ann {"a":1}'];
          expect((await bob.past()).map(textOf)).to.deep.equal(past);
          expect((await ann.past()).map(textOf)).to.deep.equal(past);
        });
      });
