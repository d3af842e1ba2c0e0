import { expect } from 'chai';
import { reset } from '../../../../lib/ably/objects/state/apply.js';
import type { LiveCounterState, LiveMapState } from '../../../../lib/ably/objects/state/live-object.js';
import { rootOf } from '../../../../lib/ably/objects/state/pool.js';
import { collectState, replaceAll, type SyncPool } from '../../../../lib/ably/objects/state/replace.js';
import type { Update } from '../../../../lib/ably/objects/state/update.js';
import type { WireObjectState } from '../../../../lib/ably/wire/object-message.js';
import { now, on, pathsTo, said, type World, world } from '../../../support/objects.js';

const [root, m, c] = [on('root'), on('map:m@1'), on('counter:c@1')];
const sync = ({ pool, context }: World, ...states: readonly WireObjectState[]): readonly Update[] => {
  const pages: SyncPool = new Map();
  for (const object of states) collectState(pages, { object }, context);
  return replaceAll(pool, pages, context);
};
const rootState = (entries: object, more: object = {}): WireObjectState => ({
  objectId: 'root',
  siteTimeserials: { a: 'a5' },
  map: { semantics: 0, entries: entries as never, ...more },
});
const valuesOf = (w: World): object =>
  Object.fromEntries(
    [...rootOf(w.pool).entries].map(([key, { value, objectId }]) => [key, objectId ?? value]),
  );

describe('a sync of objects', () => {
  it('OST2b, OST2e, OMP3a, OMP3b, OME2a, OME2b, OME2c, RTO5c1a1, RTO5c1a2, RTO5c7, RTLM6a, RTLM6c, RTLM6g, RTLM6h, RTLM22b1, RTLM22b2, RTLM22b3: puts the state of the root in its place, and tells the difference', () => {
    const w = world();
    const before = rootOf(w.pool);
    for (const [serial, key, value] of [
      ['a1', 'same', { json: '{"a":1}' }],
      ['a2', 'other', { number: 1 }],
      ['a3', 'gone', { number: 1 }],
      ['a4', 'object', { objectId: 'counter:c@1' }],
    ] as const)
      w.apply(said(serial, root.set(key, value)));
    const json = before.entries.get('same')?.value;
    const [update] = sync(
      w,
      rootState({
        same: { timeserial: 'a1', data: { json: '{"a":1}' } },
        other: { timeserial: 'a5', data: { number: 2 } },
        fresh: { timeserial: 'a5', data: { number: 3 } },
        removed: { timeserial: 'a5', tombstone: true },
        object: { timeserial: 'a4', data: { objectId: 'counter:c@1' } },
      }),
    );
    expect(update).to.deep.include({ object: before, updated: ['other', 'fresh'], removed: ['gone'] });
    expect(rootOf(w.pool)).to.equal(before);
    expect(before.sites).to.deep.equal({ a: 'a5' });
    expect(before.entries.get('same')?.value, 'the same value stays the same object').to.equal(json);
    expect(w.apply(said('a5', root.set('fresh', { number: 9 }))).isApplied).to.equal(false);
  });

  it('RTF1: takes what is null in a state as left out', () => {
    const nothing = null as never;
    for (const entry of [
      nothing,
      {},
      { data: nothing },
      { timeserial: 'a1', data: nothing, tombstone: nothing },
    ])
      for (const mapCreate of [nothing, { entries: nothing }, { entries: { k: entry } }]) {
        const w = world();
        const createOp = { action: 0, objectId: 'root', mapCreate };
        sync(w, { ...rootState({ k: entry, n: { timeserial: 'a1', data: { number: 1 } } }), createOp });
        expect(valuesOf(w)).to.deep.equal({ k: undefined, n: 1 });
      }
  });

  it('RTLM22b, RTLM22b1: tells nothing of a key that was removed before, whether the state has it or not', () => {
    const w = world();
    for (const key of ['kept', 'forgotten']) {
      w.apply(said('a1', root.set(key, { number: 1 })));
      w.apply(said('a2', root.remove(key)));
    }
    const [update] = sync(
      w,
      rootState({
        kept: { timeserial: 'a2', tombstone: true },
        fresh: { timeserial: 'a5', data: { number: 2 } },
      }),
    );
    expect(update).to.deep.include({ updated: ['fresh'], removed: [] });
  });

  it('OST2a, OST2d, OST2f, OCN2a, RTO5c1b1a, RTO5c1b1b, RTO5c10a, RTO5c10b, RTLC6a, RTLC6c, RTLC6d, RTLM6d: makes the objects that are new, with what they were created with', () => {
    const w = world();
    sync(
      w,
      rootState({ m: { timeserial: 'a1', data: { objectId: 'map:m@1' } } }),
      {
        objectId: 'map:m@1',
        siteTimeserials: {},
        map: { entries: { c: { timeserial: 'a2', data: { objectId: 'counter:c@1' } } } },
        createOp: m.createMap({ c: { timeserial: 'a1', data: { number: 1 } }, d: { data: { number: 2 } } }),
      },
      { objectId: 'counter:c@1', counter: { count: 3 }, createOp: c.createCounter(4) },
    );
    const counter = w.pool.get('counter:c@1') as LiveCounterState;
    const map = w.pool.get('map:m@1') as LiveMapState;
    expect([counter.count, counter.isCreated, map.isCreated, [...map.entries.keys()]]).to.deep.equal([
      7,
      true,
      true,
      ['c', 'd'],
    ]);
    expect(pathsTo(counter)).to.deep.equal([['m', 'c']]);
  });

  it('RTO5c2, RTO5c2a, RTLC6b, RTLM6b: drops what is not in it, but for the root, and forgets creations that are not', () => {
    const w = world();
    w.apply(said('a1', c.createCounter(1)));
    w.apply(said('a1', m.createMap({})));
    sync(w, { objectId: 'counter:c@1', counter: { count: 1 } });
    expect([...w.pool.keys()]).to.deep.equal(['root', 'counter:c@1']);
    expect(w.pool.get('counter:c@1')).to.include({ isCreated: false, count: 1 });
  });

  it('RTLC6h, RTLC14b: tells by how much a counter has changed', () => {
    const w = world();
    w.apply(said('a1', c.add(5)));
    const [update] = sync(w, { objectId: 'counter:c@1', counter: { count: 2 } });
    expect(update).to.include({ amount: -3 });
    expect(
      sync(w, { objectId: 'counter:c@1', counter: { count: 2 } }),
      'and is silent where nothing is',
    ).to.deep.equal([]);
  });

  it('RTF1, RTLC6c, RTLC6d: counts what is no number as nothing, as operations do', () => {
    const w = world();
    const createOp = { ...c.createCounter(1), counterCreate: { count: '2' as never } };
    sync(w, { objectId: 'counter:c@1', counter: { count: '3' as never }, createOp });
    w.apply(said('a1', c.add(4)));
    expect(w.pool.get('counter:c@1')).to.include({ count: 4 });
  });

  it('OST2c, RTLC6e1, RTLM6e1, RTLC6e, RTLC6f, RTLC6f2, RTLM6e, RTLM6f, RTLM6f2: deletes for good', () => {
    const w = world();
    w.apply(said('a1', m.set('k', { number: 1 })));
    w.apply(said('a1', c.add(2)));
    const updates = sync(
      w,
      { objectId: 'map:m@1', tombstone: true, map: {} },
      { objectId: 'counter:c@1', tombstone: true, counter: {} },
    );
    expect(updates).to.have.length(2);
    expect(updates[0]).to.deep.include({ removed: ['k'] });
    expect(updates[1]).to.include({ amount: -2 });
    expect(
      sync(w, { objectId: 'counter:c@1', siteTimeserials: { a: 'a9' }, counter: { count: 5 } }),
    ).to.deep.equal([]);
    expect(w.pool.get('counter:c@1')).to.deep.include({ count: 0, sites: { a: 'a9' }, tombstonedAt: now });
  });

  it('OMP3c, OME2d, RTLM25, RTLM6c1, RTLM6i: keeps tombstones with their time, and when the map was cleared', () => {
    const w = world();
    sync(
      w,
      rootState(
        {
          a: { timeserial: 'a1', tombstone: true, serialTimestamp: 5 },
          b: { timeserial: 'a1', tombstone: true },
        },
        { clearTimeserial: 'a3' },
      ),
    );
    const { entries, clearTimeserial } = rootOf(w.pool);
    expect([entries.get('a')?.tombstonedAt, entries.get('b')?.tombstonedAt, clearTimeserial]).to.deep.equal([
      5,
      now,
      'a3',
    ]);
    sync(w, rootState({}));
    expect(rootOf(w.pool).clearTimeserial).to.equal(undefined);
  });

  it('RTO5f1, RTO5f2a2: puts a map together that comes in parts', () => {
    const w = world();
    sync(
      w,
      rootState({ a: { timeserial: 'a1', data: { number: 1 } } }, { clearTimeserial: 'a0' }),
      rootState({ b: { timeserial: 'a2', data: { number: 2 } } }),
    );
    expect([valuesOf(w), rootOf(w.pool).clearTimeserial]).to.deep.equal([{ a: 1, b: 2 }, 'a0']);
  });

  it('RTO5f2a1: a part that says that it is deleted is all of it', () => {
    const w = world();
    w.apply(said('a1', m.set('k', { number: 1 })));
    const part = { objectId: 'map:m@1', map: { entries: { a: { timeserial: 'a1', data: { number: 1 } } } } };
    sync(w, part, { objectId: 'map:m@1', tombstone: true, map: {} });
    expect(w.pool.get('map:m@1')).to.include({ tombstonedAt: now });
  });

  it('RTO5f2b, RTO5f3: leaves alone a counter in parts and what is neither map nor counter, with a warning', () => {
    const w = world();
    sync(
      w,
      { objectId: 'counter:c@1', counter: { count: 1 } },
      { objectId: 'counter:c@1', counter: { count: 2 } },
      { objectId: 'counter:c@1', tombstone: true, counter: { count: 2 } },
      { objectId: 'set:x@1' },
      {},
    );
    expect([w.pool.get('counter:c@1'), w.pool.size, w.warnings.length]).to.deep.include.members([2, 4]);
    expect(w.pool.get('counter:c@1')).to.include({ count: 1 });
  });

  it('RTO4b1, RTO4b2, RTO4b2a: nothing is left where the server has none, in the same root', () => {
    const w = world();
    const before = rootOf(w.pool);
    w.apply(said('a1', root.set('c', { objectId: 'counter:c@1' })));
    w.apply(said('a2', root.clear()));
    w.apply(said('a3', root.set('k', { number: 1 })));
    expect(reset(w.pool, before)).to.deep.equal({
      object: before,
      updated: [],
      removed: ['k'],
      message: undefined,
    });
    expect([[...w.pool.values()], before.entries.size, before.clearTimeserial]).to.deep.equal([
      [before],
      0,
      undefined,
    ]);
  });
});
