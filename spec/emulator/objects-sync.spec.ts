import { expect } from 'chai';
import { VirtualTimeScheduler } from 'rxjs';
import { newPool, rootOf } from '../../lib/ably/objects/state/pool.js';
import { collectState, replaceAll, type SyncPool } from '../../lib/ably/objects/state/replace.js';
import { Flag, hasFlag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type EmulatedConnection, type Emulator } from '../../lib/emulator/index.js';
import { compactOf } from '../../lib/emulator/ably/objects/object-view.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import type { Named } from '../support/heard.js';

const flags = Flag.objectSubscribe;

/** What a client makes of the pages of a sync. */
const synced = (frames: readonly Named[]): unknown => {
  const [pool, states]: [ReturnType<typeof newPool>, SyncPool] = [newPool(), new Map()];
  const warnings: string[] = [];
  const context = { now: () => 0, warn: (text: string) => void warnings.push(text) };
  for (const { state = [] } of frames) for (const message of state) collectState(states, message, context);
  replaceAll(pool, states, context);
  expect(warnings).deep.equal([]);
  return compactOf(pool, { object: rootOf(pool) }, (value) => value);
};

for (const format of ['json', 'msgpack']) {
  describe(`emulator: the sync of objects, ${format}`, () => {
    let emulator: Emulator;
    let scheduler: VirtualTimeScheduler;
    beforeEach(() => {
      scheduler = new VirtualTimeScheduler();
      emulator = createEmulator({ random: steps(), scheduler, syncPageSize: 3, objectsGCGracePeriod: 1000 });
    });
    afterEach(() => emulator.dispose());
    const client = (more = {}): FakeClient => connectTo(emulator, { format, ...more });
    const pages = (of: FakeClient): readonly Named[] => of.of('OBJECT_SYNC');
    const connection = (at = 0): EmulatedConnection => emulator.connections[at] as EmulatedConnection;
    const fill = (): void => {
      const objects = emulator.objects('room');
      objects.createMap('big', { a: 1, b: 's', c: new Uint8Array([1, 2]), d: { x: [1] }, e: false });
      objects.createCounter('big.n', 4);
      objects.set('gone', 1);
      objects.remove('gone');
    };
    const filled = { big: { a: 1, b: 's', c: new Uint8Array([1, 2]), d: { x: [1] }, e: false, n: 4 } };

    it('RTO4b: says no HAS_OBJECTS where nothing was ever set, and where the mode is not granted', () => {
      const ann = client();
      expect(hasFlag(ann.attach('room', { flags })?.flags, Flag.hasObjects)).equal(false);
      emulator.objects('room').set('a', 1);
      expect(hasFlag(ann.attach('room')?.flags, Flag.hasObjects)).equal(false);
      expect(pages(ann)).deep.equal([]);
    });

    it('RTO4a, RTO5a, RTO5f2: sends pages with a cursor, the last without, large maps in parts', () => {
      fill();
      const ann = client();
      expect(hasFlag(ann.attach('room', { flags })?.flags, Flag.hasObjects)).equal(true);
      const serials = pages(ann).map(({ channelSerial = '' }) => /^([\w-]+):(.*)$/.exec(channelSerial));
      expect(serials.map((found) => found?.[2])).deep.equal(['objects:1', 'objects:2', 'objects:3', '']);
      expect(new Set(serials.map((found) => found?.[1])).size).equal(1);
      expect(synced(pages(ann))).deep.equal(filled);
    });

    it('OST2c, OME2: tells of removed keys with their time', () => {
      scheduler.frame = 500;
      fill();
      const ann = client();
      ann.attach('room', { flags });
      const [root] = pages(ann).flatMap(({ state = [] }) => state);
      expect(root?.object?.map?.entries?.['gone']).include({ tombstone: true, serialTimestamp: 500 });
      expect(Object.keys(root?.object?.siteTimeserials ?? {})).deep.equal(['emu']);
    });

    it('RTO10: forgets deleted objects and removed keys after the grace period, which CONNECTED says', () => {
      fill();
      emulator.objects('room').remove('big');
      expect(emulator.objects('room').collect()).length(2);
      const sizeOf = (of: FakeClient): number[] => {
        of.attach('room', { flags });
        const states = pages(of).flatMap(({ state = [] }) => state);
        return [states.length, Object.keys(states[0]?.object?.map?.entries ?? {}).length];
      };
      scheduler.frame = 999;
      const ann = client();
      expect(ann.frames[0]?.connectionDetails?.objectsGCGracePeriod).equal(1000);
      expect(sizeOf(ann)).deep.equal([3, 2]);
      scheduler.frame = 1000;
      expect(sizeOf(client())).deep.equal([1, 0]);
    });

    it('RTO10b: counts the grace period of each removed key by itself', () => {
      const objects = emulator.objects('room');
      const remembered = (at: number): readonly string[] => {
        scheduler.frame = at;
        const ann = client();
        ann.attach('room', { flags });
        return Object.keys(pages(ann)[0]?.state?.[0]?.object?.map?.entries ?? {});
      };
      for (const [key, at] of [
        ['a', 0],
        ['b', 600],
      ] as const) {
        scheduler.frame = at;
        objects.remove(key);
      }
      expect([remembered(999), remembered(1000), remembered(1599), remembered(1600)]).deep.equal([
        ['a', 'b'],
        ['b'],
        ['b'],
        [],
      ]);
    });

    it('RTL4c1: syncs anew after a resume, and sends no operations twice', () => {
      fill();
      const ann = client();
      ann.attach('room', { flags });
      const { channelSerial = '' } = ann.of('ATTACHED')[0] ?? {};
      connection().drop();
      emulator.objects('room').set('late', 1);
      const again = client({ resume: ann.key() });
      const attached = again.attach('room', { flags, channelSerial });
      expect([Flag.resumed, Flag.hasObjects].map((flag) => hasFlag(attached?.flags, flag))).deep.equal([
        true,
        true,
      ]);
      expect(again.of('OBJECT')).deep.equal([]);
      expect(synced(pages(again))).deep.equal({ ...filled, late: 1 });
    });

    it('keeps objects when their channel is forgotten', () => {
      fill();
      scheduler.maxFrames = 10_000_000;
      scheduler.frame = 9_000_000;
      scheduler.flush();
      expect(emulator.channels.map(({ name }) => name)).deep.equal([]);
      expect(emulator.objects('room').compact()).deep.equal(filled);
      const ann = client();
      ann.attach('room', { flags });
      expect(synced(pages(ann))).deep.equal(filled);
    });

    it('RTO5: syncs without an ATTACH, also in one frame', () => {
      fill();
      const ann = client();
      ann.attach('room', { flags });
      connection().syncObjects('room', { syncPageSize: 100 });
      connection().syncObjects('room', { whole: true });
      const [paged, whole] = pages(ann).slice(-2);
      expect(paged?.channelSerial).match(/^[\w-]+:$/);
      expect(whole).not.property('channelSerial');
      expect([synced([paged as Named]), synced([whole as Named])]).deep.equal([filled, filled]);
      expect(() => connection().syncObjects('other')).throw(TypeError, /not attached to other/);
    });

    it('holds pages, which say the objects as they were, while operations go on', () => {
      fill();
      const ann = client();
      connection().holdObjectSync('room');
      ann.attach('room', { flags });
      emulator.objects('room').increment('big.n');
      expect([pages(ann).length, ann.of('OBJECT').length]).deep.equal([0, 1]);
      expect(connection().releaseObjectSync('room')).equal(3);
      connection().holdObjectSync('room', false);
      expect(synced(pages(ann))).deep.equal(filled);
      expect(() => connection().releaseObjectSync('other')).throw(TypeError, /not attached to other/);
    });

    it('RTO5a2: says the objects as they are when the first page is sent, where it begins a held sync without an ATTACH', () => {
      fill();
      const ann = client();
      ann.attach('room', { flags });
      const before = pages(ann).length;
      connection().holdObjectSync('room');
      connection().syncObjects('room');
      emulator.objects('room').set('late', 1);
      connection().holdObjectSync('room', false);
      expect(synced(pages(ann).slice(before))).deep.equal({ ...filled, late: 1 });
    });

    it('RTL12: says HAS_OBJECTS in an unsolicited ATTACHED as asked, or where there are some', () => {
      fill();
      const ann = client();
      ann.attach('room', { flags });
      const told = (how = {}): boolean => {
        const before = ann.frames.length;
        connection().reattach('room', how);
        return hasFlag(ann.frames[before]?.flags, Flag.hasObjects);
      };
      expect([told(), told({ objects: false }), told({ objects: true })]).deep.equal([true, false, true]);
    });

    it('breaks, delays and doubles the next operations to one client', () => {
      const ann = client();
      ann.attach('room', { flags });
      const objects = emulator.objects('room');
      const heard = (): unknown[] =>
        ann
          .of('OBJECT')
          .flatMap(({ state = [] }) =>
            state.map(({ operation }) => [operation?.action, operation?.mapSet?.key]),
          );
      connection().breakOperation('other');
      connection().breakOperation('room');
      connection().doubleOperation();
      connection().delayOperation('room');
      for (const key of ['a', 'b', 'c', 'd', 'e']) objects.set(key, 1);
      expect(heard()).deep.equal([
        ...[
          [255, 'a'],
          [1, 'b'],
          [1, 'b'],
          [1, 'd'],
          [1, 'c'],
          [1, 'e'],
        ],
      ]);
    });
  });
}

describe('emulator: options of objects', () => {
  it('are whole numbers', () => {
    expect(() => createEmulator({ objectsGCGracePeriod: -1 })).throw(TypeError, /objectsGCGracePeriod/);
    expect(() => createEmulator({ maxObjectsSize: 1.5 })).throw(TypeError, /maxObjectsSize/);
  });
});
