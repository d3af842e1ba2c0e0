import { expect } from 'chai';
import { objectIdOf, type ObjectType } from '../../lib/ably/objects/wire/object-id.js';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag } from '../../lib/ably/wire/flags.js';
import type { WireObjectMessage } from '../../lib/ably/wire/object-message.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { on } from '../support/objects.js';
import type { Named } from '../support/heard.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';

const both = Flag.objectSubscribe | Flag.objectPublish;

/** A creation, as clients send it. */
const creation = (type: ObjectType, content: object, nonce = '0123456789abcdef') => {
  const initialValue = JSON.stringify(content);
  const objectId = objectIdOf({ type, initialValue, nonce, timestamp: 1_700_000_000_000 });
  const action = type === 'map' ? 0 : 3;
  return { action, objectId, [`${type}CreateWithObjectId`]: { initialValue, nonce } };
};

for (const format of ['json', 'msgpack']) {
  describe(`emulator: objects, ${format}`, () => {
    let emulator: Emulator;
    let ann: FakeClient;
    let bob: FakeClient;
    let count: number;
    beforeEach(() => {
      emulator = createEmulator({ random: steps() });
      [ann, bob] = [connectTo(emulator, { clientId: 'ann', format }), connectTo(emulator, { format })];
      for (const client of [ann, bob]) client.attach('room', { flags: both });
      count = 0;
    });
    afterEach(() => emulator.dispose());

    const operate = (client: FakeClient, ...operations: object[]): Named | undefined => {
      const before = client.frames.length;
      const state = operations.map((operation) => ({ operation }));
      client.send({ action: Action.object, channel: 'room', msgSerial: count++, state } as never);
      return client.frames.slice(before).find(({ action }) => action === 'ACK' || action === 'NACK');
    };
    const operations = (client: FakeClient): readonly WireObjectMessage[] =>
      client.of('OBJECT').flatMap(({ state = [] }) => state);
    const root = on('root');

    it('RTO15, OM2: acknowledges operations with serials, and delivers them with site and time', () => {
      const ack = operate(ann, root.set('a', { number: 1 }), root.remove('b'));
      const [frame] = bob.of('OBJECT');
      const { connectionId = '' } = ann.frames[0] ?? {};
      const { channelSerial = '', timestamp } = frame ?? {};
      const stamped = { clientId: 'ann', serialTimestamp: timestamp, siteCode: 'emu' };
      expect(ack?.res).deep.equal([{ serials: [`${channelSerial}:000`, `${channelSerial}:001`] }]);
      expect(frame).deep.equal({
        ...{
          action: 'OBJECT',
          id: `${connectionId}:0`,
          connectionId,
          channel: 'room',
          channelSerial,
          timestamp,
        },
        state: [
          { ...stamped, operation: root.set('a', { number: 1 }), serial: `${channelSerial}:000` },
          { ...stamped, operation: root.remove('b'), serial: `${channelSerial}:001` },
        ],
      });
      expect(emulator.objects('room').compact()).deep.equal({ a: 1 });
    });

    it('CD2i, CD2j: says the grace period and the site in CONNECTED', () => {
      expect(ann.frames[0]?.connectionDetails).include({ objectsGCGracePeriod: 86_400_000, siteCode: 'emu' });
    });

    it('OOP3j, OOP3m: checks the ids of creations, and delivers their content in place of its text', () => {
      const counter = creation('counter', { count: 3 });
      const map = creation('map', { semantics: 0, entries: { n: { data: { objectId: counter.objectId } } } });
      expect(operate(ann, counter, map, root.set('m', { objectId: map.objectId }))?.action).equal('ACK');
      expect(operations(bob).map(({ operation }) => operation)).deep.equal([
        { action: 3, objectId: counter.objectId, counterCreate: { count: 3 } },
        {
          ...{ action: 0, objectId: map.objectId },
          mapCreate: { semantics: 0, entries: { n: { data: { objectId: counter.objectId } } } },
        },
        root.set('m', { objectId: map.objectId }),
      ]);
      operate(ann, on(counter.objectId).add(-1));
      expect(emulator.objects('room').compact()).deep.equal({ m: { n: 2 } });
    });

    it('OD2: carries each type of value, and bytes between the formats', () => {
      const other = connectTo(emulator, { format: format === 'json' ? 'msgpack' : 'json' });
      other.attach('room', { flags: both });
      const [bytes, otherBytes] =
        format === 'json' ? ['AQI=', new Uint8Array([1, 2])] : [new Uint8Array([1, 2]), 'AQI='];
      const map = creation('map', { entries: { b: { data: { bytes: 'AQI=' } } } });
      const given = [{ bytes }, { string: 's' }, { number: 0.5 }, { boolean: false }, { json: '[1]' }];
      operate(ann, ...given.map((value, at) => root.set(`k${at}`, value)), map);
      const valuesAt = (client: FakeClient): unknown[] =>
        operations(client).flatMap(({ operation }) => operation?.mapSet?.value ?? []);
      expect(valuesAt(bob)).deep.equal(given);
      expect(valuesAt(other)).deep.equal([{ bytes: otherBytes }, ...given.slice(1)]);
      const { operation } = operations(other).at(-1) ?? {};
      expect(operation?.mapCreate?.entries?.['b']).deep.equal({ data: { bytes: otherBytes } });
      expect(emulator.objects('room').compact('k0')).deep.equal(new Uint8Array([1, 2]));
      expect(emulator.objects('room').compact('k4')).deep.equal([1]);
    });

    it('RTN19a: performs operations once that are sent again', () => {
      operate(ann, root.set('a', { number: 1 }));
      const first = ann.last();
      count = 0;
      operate(ann, root.set('a', { number: 1 }));
      expect(ann.last()).deep.equal(first);
      expect(bob.of('OBJECT')).length(1);
    });

    it('OM2a, RTN19a2: performs operations once that are sent again over another session, by their ids', () => {
      const counter = creation('counter', { count: 3 });
      const { connectionId = '' } = ann.frames[0] ?? {};
      operate(ann, counter, root.set('c', { objectId: counter.objectId }));
      const ack = operate(ann, on(counter.objectId).add(1), on(counter.objectId).add(2));
      const later = connectTo(emulator, { clientId: 'ann', format });
      later.attach('room', { flags: both });
      const send = (...state: object[]): unknown => {
        later.send({ action: Action.object, channel: 'room', msgSerial: count++ - 2, state } as never);
        return later.last()?.res;
      };
      const again = [1, 2].map((by, at) => ({
        id: `${connectionId}:1:${at}`,
        operation: on(counter.objectId).add(by),
      }));
      expect(send(...again)).deep.equal(ack?.res);
      expect(emulator.objects('room').compact()).deep.equal({ c: 6 });
      expect(bob.of('OBJECT')).length(2);
      send({ id: 'own', operation: on(counter.objectId).add(1) });
      const own = later.last()?.res;
      expect(send({ id: 'own', operation: on(counter.objectId).add(1) })).deep.equal(own);
      expect(emulator.objects('room').compact()).deep.equal({ c: 7 });
    });

    it('RTN2b, TB2d: gives them to those with the mode OBJECT_SUBSCRIBE, and not to their own client without echo', () => {
      const mute = connectTo(emulator, { format, echo: 'false' });
      mute.attach('room', { flags: both });
      const usual = connectTo(emulator, { format });
      usual.attach('room');
      operate(mute, root.set('a', { number: 1 }));
      expect([ann, bob, mute, usual].map((client) => client.of('OBJECT').length)).deep.equal([1, 1, 0, 0]);
    });

    it('RTO26a: asks for the mode where it is attached, and for the capability', () => {
      bob.attach('room', { flags: Flag.objectSubscribe });
      expect(operate(bob, root.set('a', { number: 1 }))?.error?.code).equal(40165);
      const { token } = emulator.issueToken({ capability: { '*': ['object-subscribe', 'publish'] } });
      const reader = connectTo(emulator, { key: undefined, accessToken: token, format });
      count = 0;
      expect(operate(reader, root.set('a', { number: 1 }))?.error?.code).equal(40160);
      expect(emulator.objects('room').compact()).deep.equal({});
    });

    const good = creation('map', { entries: {} });
    const bad: readonly [string, object[], number][] = [
      ['no operations', [], 92000],
      ['an unknown action', [{ action: 9, objectId: 'root' }], 92000],
      ['OBJECT_DELETE', [root.delete()], 92000],
      ['a malformed id', [on('map:x').set('a', { number: 1 })], 92000],
      [
        'a creation whose id is not its hash',
        [{ ...good, objectId: good.objectId.replace(/.@/, '-@') }],
        92000,
      ],
      ['a creation without a nonce', [on(good.objectId).createMap({})], 92000],
      ['a creation of other semantics', [creation('map', { semantics: 1 })], 92000],
      ['a creation of a counter by a text', [creation('counter', { count: 'x' })], 92000],
      ['a value of no type', [root.set('a', {})], 92000],
      ['a value of two types', [root.set('a', { number: 1, string: 's' })], 92000],
      ['a value that is no JSON', [root.set('a', { json: '{' })], 92000],
      ['a value that is no base64', [root.set('a', { bytes: '!' })], 92000],
      ['no key', [{ action: 1, objectId: 'root', mapSet: { value: { number: 1 } } }], 92000],
      [
        'an increment by a text',
        [{ ...root.add(1), objectId: creation('counter', {}).objectId, counterInc: { number: '1' } }],
        92000,
      ],
      ['an increment of a map', [root.add(1)], 92007],
      ['too much', [root.set('a', { string: 'x'.repeat(65_536) })], 40009],
    ];
    for (const [title, given, code] of bad) {
      it(`refuses ${title} with ${code}, and all that comes with it`, () => {
        const operationsGiven = given.length === 0 ? [] : [root.set('z', { number: 1 }), ...given];
        expect(operate(ann, ...operationsGiven)?.error?.code).equal(code);
        expect(emulator.objects('room').compact()).deep.equal({});
        expect(bob.of('OBJECT')).deep.equal([]);
      });
    }

    it('refuses operations on deleted objects with 92002', () => {
      operate(ann, good);
      expect(emulator.objects('room').collect()).deep.equal([good.objectId]);
      expect(bob.of('OBJECT').at(-1)?.state?.[0]?.operation).deep.equal({
        ...{ action: 5, objectId: good.objectId, objectDelete: {} },
      });
      expect(operate(ann, on(good.objectId).set('a', { number: 1 }))?.error?.code).equal(92002);
    });

    it('refuses more than fits into maxObjectsSize with 92001, until some are removed', () => {
      emulator.dispose();
      emulator = createEmulator({ random: steps(), maxObjectsSize: 1000 });
      ann = connectTo(emulator, { format });
      count = 0;
      const set = (key: string, length: number) =>
        operate(ann, root.set(key, { string: 'x'.repeat(length) }))?.error?.code;
      expect([set('a', 900), set('b', 900)]).deep.equal([undefined, 92001]);
      expect([set('a', 1), set('b', 900)]).deep.equal([undefined, undefined]);
    });

    it('RTO15d: counts a creation by what it creates', () => {
      emulator.dispose();
      emulator = createEmulator({ random: steps(), maxMessageSize: 100 });
      ann = connectTo(emulator, { format });
      count = 0;
      const of = (length: number) =>
        creation('map', { entries: { a: { data: { string: 'x'.repeat(length) } } } });
      expect([operate(ann, of(99))?.action, operate(ann, of(100))?.error?.code]).deep.equal(['ACK', 40009]);
    });
  });
}
