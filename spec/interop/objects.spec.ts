import { expect } from 'chai';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { aCounter, aMap, type Format, official, ours, settle, type Side } from '../support/objects-sides.js';

const formats: readonly (readonly [Format, Format])[] = [
  ['json', 'json'],
  ['msgpack', 'json'],
  ['json', 'msgpack'],
  ['msgpack', 'msgpack'],
];

for (const [our, their] of formats)
  describe(`objects of both clients, ours in ${our}, the official one in ${their}`, () => {
    let server: ListeningEmulator;
    let sides: readonly Side[];
    const both = async (work: (one: Side, other: Side) => Promise<unknown>): Promise<void> => {
      const [one, other] = sides as [Side, Side];
      await work(one, other);
      await work(other, one);
      await settle(...sides);
      expect(one.compact()).to.deep.equal(other.compact());
    };
    beforeEach(async () => {
      server = await listen({ syncPageSize: 10 });
      sides = [await ours({ server, format: our }), await official({ server, format: their })];
    });
    afterEach(async () => {
      await Promise.all(sides.map(({ end }) => end()));
      await server.close();
    });

    it('RTLM20, RTLM21, OD4, OD5: read what the other sets and removes, of every type', () =>
      both(async ({ name, set, remove }, other) => {
        for (const [key, value] of Object.entries({
          text: 'ä',
          number: -1.5,
          yes: true,
          no: false,
          bytes: Uint8Array.of(0, 255),
          object: { a: [1, null] },
          list: [1, 'b'],
        }))
          await set('', `${name} ${key}`, value);
        await set('', `${name} gone`, 1);
        await other.sees(`${name} gone`, 1);
        await remove('', `${name} gone`);
      }));

    it('RTLMV4, RTLCV4, RTLC12: read, and go on with, the nested objects of the other', () =>
      both(async (one, other) => {
        const { name } = one;
        await one.set(
          '',
          name,
          aMap({ up: aCounter(3), inner: aMap({ x: 1, bytes: Uint8Array.of(1) }), title: 't' }),
        );
        await settle(one, other);
        await other.increment(`${name}.up`, 2);
        await other.set(`${name}.inner`, 'y', aCounter());
        await settle(one, other);
        await one.increment(`${name}.inner.y`, -1);
        await one.remove(`${name}.inner`, 'x');
        await settle(one, other);
        expect(other.compact())
          .to.have.property(name)
          .that.deep.equals({
            up: 5,
            inner: { y: -1, bytes: new Uint8Array([1]) },
            title: 't',
          });
      }));

    it('RTO15: batches are one frame to the other', () =>
      both(async (one, other) => {
        const { name } = one;
        await one.set('', `${name} votes`, aCounter());
        await settle(one, other);
        const { told } = other.changes('');
        await one.batch({ [`${name} a`]: 1, [`${name} map`]: aMap({ b: 2 }) }, { [`${name} votes`]: 2 });
        await settle(one, other);
        expect(other.compact()).to.deep.include({
          [`${name} a`]: 1,
          [`${name} map`]: { b: 2 },
          [`${name} votes`]: 2,
        });
        expect(told.length).to.be.greaterThan(3);
      }));

    it('RTO24: tell of changes at the same paths, to the same depth', async () => {
      const [one, other] = sides as [Side, Side];
      await one.set('', 'm', aMap({ c: aCounter(), inner: aMap({ x: 1 }) }));
      await settle(one, other);
      const followed = [one, other].map(({ changes }) => [
        ...[undefined, 1, 2, 3].map((depth) => changes('m', depth).told),
        ...[undefined, 1].map((depth) => changes('m.inner', depth).told),
        changes('m.inner.x').told,
      ]);
      await other.increment('m.c', 1);
      await one.set('m.inner', 'x', 2);
      await settle(one, other);
      await other.set('m', 'inner', 'a text now');
      await one.remove('', 'm');
      await settle(one, other);
      const [ofOne, ofOther] = followed;
      expect(ofOne).to.deep.equal(ofOther);
      expect(ofOne?.[0]).to.deep.equal([
        ['m.c', 'counter.inc'],
        ['m.inner', 'map.set'],
        ['m', 'map.set'],
        ['m', 'map.remove'],
      ]);
    });

    it('RTO5: name 1,000 objects to one who comes later', async () => {
      const [one, other] = sides as [Side, Side];
      for (let at = 0; at < 100; at += 1) {
        const writer = at % 2 === 0 ? one : other;
        const counters = Array.from({ length: 9 }, (_, each) => [`c${each}`, aCounter(each)] as const);
        await writer.set('', `m${at}`, aMap(Object.fromEntries(counters)));
      }
      await settle(one, other);
      const late = [await ours({ server, format: our }), await official({ server, format: their })];
      expect(late[0]?.compact()).to.deep.equal(one.compact());
      expect(late[1]?.compact()).to.deep.equal(one.compact());
      await Promise.all(late.map(({ end }) => end()));
    });

    it('RTO4, RTO5a2, RTN15: come out the same after a cut', async () => {
      const [one, other] = sides as [Side, Side];
      await one.set('', 'c', aCounter());
      for (let at = 0; at < 30; at += 1) await other.set('', `k${at}`, at);
      await settle(one, other);
      for (const side of [one, other, one]) {
        server.emulator.connections.find(({ id }) => id === side.connectionId())?.drop();
        await Promise.all([one.increment('c', 1), other.increment('c', 2), other.remove('', 'k1')]);
      }
      await settle(one, other);
      expect(one.compact()).to.deep.equal(other.compact());
      expect(one.compact()).to.include({ c: 9 });
    });

    it('RTO5a2, RTO7: come out the same after a cut amid a sync', async () => {
      const [one, other] = sides as [Side, Side];
      await one.set('', 'c', aCounter());
      for (let at = 0; at < 30; at += 1) await other.set('', `k${at}`, at);
      await settle(one, other);
      for (const [side, writer] of [
        [one, other],
        [other, one],
      ] as const) {
        const connection = server.emulator.connections.find(({ id }) => id === side.connectionId())!;
        connection.holdObjectSync('room');
        connection.syncObjects('room');
        connection.releaseObjectSync('room');
        await writer.increment('c', 1);
        await writer.remove('', 'k1');
        connection.drop();
        await writer.increment('c', 1);
      }
      await settle(one, other);
      expect(one.compact()).to.deep.equal(other.compact());
      expect(one.compact()).to.include({ c: 4 });
    });

    it('RTLO4e, RTLM14c: forget what the server deletes', async () => {
      const [one, other] = sides as [Side, Side];
      await one.set('', 'm', aMap({ c: aCounter(1) }));
      await settle(one, other);
      await other.remove('', 'm');
      await settle(one, other);
      expect(server.emulator.objects('room').collect()).to.have.length(2);
      await settle(one, other);
      const late = await ours({ server, format: our });
      for (const { compact } of [one, other, late]) expect(compact()).to.deep.equal({});
      await late.end();
    });
  });
