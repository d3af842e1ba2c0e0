import { expect } from 'chai';
import { collectGarbage, isAbsent, rootOf } from '../../../../lib/ably/objects/state/pool.js';
import { removeReference } from '../../../../lib/ably/objects/state/references.js';
import type { LiveCounterState, LiveMapState } from '../../../../lib/ably/objects/state/live-object.js';
import { now, on, pathsTo, said, type World, world } from '../../../support/objects.js';

const [root, m, c] = [on('root'), on('map:m@1'), on('counter:c@1')];
const counterOf = ({ pool }: World): LiveCounterState => pool.get('counter:c@1') as LiveCounterState;
const mapOf = ({ pool }: World, id = 'map:m@1'): LiveMapState => pool.get(id) as LiveMapState;
/** The keys that are there, and their values. */
const contentOf = (world: World, id = 'root'): object =>
  Object.fromEntries(
    [...mapOf(world, id).entries]
      .filter(([, entry]) => !isAbsent(entry, world.pool))
      .map(([key, { value, objectId }]) => [key, objectId ?? value]),
  );

describe('an operation on a counter', () => {
  it('RTLC3, RTLC4b, RTLC9f, RTLC9g, RTLC7d5a, RTLC7d5b, RTLC11b1: adds its amount', () => {
    const w = world();
    const message = said('a1', c.add(2.5));
    const { isApplied, update } = w.apply(message);
    expect([isApplied, update]).to.deep.equal([true, { object: counterOf(w), amount: 2.5, message }]);
    w.apply(said('a2', c.add(-1)));
    expect(counterOf(w).count).to.equal(1.5);
  });

  it('RTLC9h, RTLC16d: changes nothing without an amount', () => {
    const w = world();
    for (const [at, operation] of [
      { ...c.add(1), counterInc: undefined },
      { ...c.add(1), counterInc: {} },
      { ...c.add(1), counterInc: { number: '5' } },
      { ...c.createCounter(1), counterCreate: undefined },
    ].entries())
      expect(w.apply(said(`a${at}`, operation as never))).to.deep.equal({ isApplied: true });
    expect(counterOf(w).count).to.equal(0);
  });

  it('OOP3m, RTLC7d1a, RTLC8b, RTLC8c, RTLC16a, RTLC16b, RTLC16c: is created once, whatever came before', () => {
    const w = world();
    w.apply(said('a1', c.add(1)));
    expect(w.apply(said('b1', c.createCounter(5))).update).to.include({ amount: 5 });
    expect(w.apply(said('d1', c.createCounter(5)))).to.deep.equal({ isApplied: true });
    expect(counterOf(w).count).to.equal(6);
  });

  it('RTLO4a4, RTLC7b, RTLC7c, RTLO4a5, RTLO4a6: is applied once, by the serial of its site', () => {
    const w = world();
    for (const serial of ['a2', 'a2', 'a1', 'b1', 'a3']) w.apply(said(serial, c.add(1)));
    expect([counterOf(w).count, counterOf(w).sites]).to.deep.equal([3, { a: 'a3', b: 'b1' }]);
  });

  for (const site of ['__proto__', 'constructor', 'toString'])
    it(`RTLO4a4, RTLC7b, RTLC7c: is applied once where the site is called ${site}`, () => {
      const w = world();
      for (const serial of ['a1', 'a1', 'a2']) w.apply(said(serial, c.add(1), { siteCode: site }));
      expect([counterOf(w).count, Object.entries(counterOf(w).sites)]).to.deep.equal([2, [[site, 'a2']]]);
    });

  it('RTLC7c, RTLM15c: leaves the serials alone where it is one of this client', () => {
    const w = world();
    expect(w.apply(said('a2', c.add(1)), 'local').isApplied).to.equal(true);
    expect(counterOf(w).sites).to.deep.equal({});
  });

  it('OOP3o, RTLO4e6, RTLC7d4c, RTLC7e, RTLO5b, RTLO4e2, RTLO4e4, RTLO4e5, RTLO4e7, RTLO6a: is over once the object is deleted', () => {
    const w = world();
    w.apply(said('a1', c.add(3)));
    const message = said('a2', c.delete(), { serialTimestamp: 50 });
    expect(w.apply(message).update).to.deep.equal({ object: counterOf(w), amount: -3, message });
    expect(w.apply(said('a3', c.add(1)))).to.deep.equal({ isApplied: false });
    expect(counterOf(w)).to.include({ count: 0, tombstonedAt: 50 });
    expect(counterOf(w).sites).to.deep.equal({ a: 'a3' });
  });
});

describe('an operation on a map', () => {
  it('RTLM7b2, RTLM7b3, RTLM7b4, RTLM7f, RTLM15d6a, RTLM15d6b, RTLM18b: sets a key', () => {
    const w = world();
    const message = said('a1', root.set('k', { string: 'v' }));
    expect(w.apply(message)).to.deep.equal({
      isApplied: true,
      update: { object: rootOf(w.pool), updated: ['k'], removed: [], message },
    });
    expect(contentOf(w)).to.deep.equal({ k: 'v' });
    expect(rootOf(w.pool).entries.get('k')).to.include({ timeserial: 'a1', tombstonedAt: undefined });
  });

  it('RTLM7a1, RTLM7a2b, RTLM7a2e, RTLM9a, RTLM9e: the later serial wins, whichever site it is of', () => {
    const w = world();
    for (const [serial, string] of [
      ['b1', 'b'],
      ['a9', 'a'],
      ['c1', 'c'],
    ] as const)
      w.apply(said(serial, root.set('k', { string })));
    expect(contentOf(w)).to.deep.equal({ k: 'c' });
  });

  it('RTLM7a2c, RTLM7a2d, RTLM3a1, RTLM8a1, RTLM8a2a, RTLM8a2b, RTLM8a2c, RTLM8a2d, RTLM8e, RTLM15d7a, RTLM15d7b, RTLM14a: removes a key, which stays as a tombstone', () => {
    const w = world();
    w.apply(said('b1', root.set('k', { string: 'v' })));
    expect(w.apply(said('a1', root.remove('k')))).to.deep.equal({ isApplied: true });
    expect(w.apply(said('b2', root.remove('k'), { serialTimestamp: 7 })).update).to.include.keys('removed');
    expect(contentOf(w)).to.deep.equal({});
    expect(rootOf(w.pool).entries.get('k')).to.include({
      timeserial: 'b2',
      tombstonedAt: 7,
      value: undefined,
    });
    w.apply(said('a2', root.set('k', { string: 'late' })));
    expect(contentOf(w)).to.deep.equal({});
    w.apply(said('c1', root.set('k', { string: 'again' }))); // RTLM7a2c, RTLM7a2d
    expect(contentOf(w)).to.deep.equal({ k: 'again' });
  });

  it('RTLM8b1, RTLM8b2, RTLM8b3, RTLO6b: removes a key that is not there, at the local time where the server gives none', () => {
    const w = world();
    w.apply(said('b1', root.remove('k')));
    expect(rootOf(w.pool).entries.get('k')).to.include({ timeserial: 'b1', tombstonedAt: now });
    w.apply(said('a1', root.set('k', { string: 'late' })));
    expect(contentOf(w)).to.deep.equal({});
  });

  it('OOP3j, RTLM9b, RTLM9c, RTLM9d, RTLM16b, RTLM16d, RTLM23a1, RTLM23a2, RTLM23b, RTLM23c, RTLM15d1a: merges its creation, once, by the serials of its entries', () => {
    const w = world();
    w.apply(said('b5', m.set('later', { number: 1 })));
    w.apply(said('b6', m.set('unknown', { number: 1 })));
    w.apply(said('b7', m.set('same', { number: 1 })));
    const entries = {
      later: { timeserial: 'b4', data: { number: 2 } },
      newer: { timeserial: 'b9', data: { number: 3 } },
      unknown: { data: { number: 4 } },
      fresh: { data: { number: 5 } },
      gone: { timeserial: 'b4', tombstone: true, serialTimestamp: 3 },
      same: { timeserial: 'b7', data: { number: 6 } },
    };
    const message = said('c1', m.createMap(entries));
    expect(w.apply(message).update).to.deep.equal({
      object: mapOf(w),
      updated: ['newer', 'fresh'],
      removed: ['gone'],
      message,
    });
    expect(contentOf(w, 'map:m@1')).to.deep.equal({ later: 1, unknown: 1, same: 1, newer: 3, fresh: 5 });
    expect(w.apply(said('d1', m.createMap({ x: { data: { number: 1 } } })))).to.deep.equal({
      isApplied: true,
    });
    expect(w.apply(said('d2', m.set('fresh', { number: 6 }))).update).to.not.equal(undefined); // RTLM9d
  });

  it('OOP3r, RTLM7h, RTLM8g, RTLM24c, RTLM24d, RTLM24e1, RTLM24e1a, RTLM24e1b, RTLM24f, RTLM15d8a: is cleared of all that is not later, and of what comes late', () => {
    const w = world();
    for (const [serial, key] of [
      ['a1', 'old'],
      ['c1', 'new'],
    ] as const)
      w.apply(said(serial, root.set(key, { number: 1 })));
    w.apply(said('a2', root.remove('gone')));
    const message = said('b5', root.clear());
    expect(w.apply(message).update).to.deep.equal({
      object: rootOf(w.pool),
      updated: [],
      removed: ['old', 'gone'],
      message,
    });
    expect([...rootOf(w.pool).entries.keys()]).to.deep.equal(['new']);
    expect(w.apply(said('a9', root.set('late', { number: 1 })))).to.deep.equal({ isApplied: true });
    expect(w.apply(said('aa', root.remove('late')))).to.deep.equal({ isApplied: true });
    expect(w.apply(said('ab', root.clear())).update).to.equal(undefined);
    expect(contentOf(w)).to.deep.equal({ new: 1 });
    w.apply(said('b6', root.set('after', { number: 2 })));
    expect(contentOf(w)).to.deep.equal({ new: 1, after: 2 });
    w.apply(said('d1', root.createMap({ unsaid: { data: { number: 1 } } })));
    expect(contentOf(w)).to.deep.equal({ new: 1, after: 2 });
  });

  it('OD2a, RTLM5d2f1, RTLM7g1, RTO6a, RTO6b2, RTO6b3: refers to objects that are made empty where they are not known yet', () => {
    const w = world();
    w.apply(said('a1', root.set('m', { objectId: 'map:m@1' })));
    w.apply(said('a2', root.set('c', { objectId: 'counter:c@1' })));
    w.apply(said('a3', root.set('x', { objectId: 'set:x@1' })));
    expect([mapOf(w).entries.size, counterOf(w).count, w.pool.has('set:x@1')]).to.deep.equal([0, 0, false]);
    w.apply(said('a4', c.add(1)));
    expect(counterOf(w).count).to.equal(1);
  });

  it('RTLO4h1, RTLO4h3, RTLO4g1, RTLO4g2, RTLO4h2, RTLO4f1, RTLO4f2, RTLO4f3, RTLM7a3b, RTLM7g2, RTLM8a3b, RTLM24e1c2: knows all paths to an object', () => {
    const w = world();
    const paths = (): readonly string[] =>
      pathsTo(counterOf(w))
        .map((path) => path.join('.'))
        .sort();
    w.apply(said('a1', root.set('m', { objectId: 'map:m@1' })));
    w.apply(said('a1', m.set('c', { objectId: 'counter:c@1' })));
    w.apply(said('a2', root.set('c', { objectId: 'counter:c@1' })));
    w.apply(said('a3', root.set('d', { objectId: 'counter:c@1' })));
    expect(paths()).to.deep.equal(['c', 'd', 'm.c']);
    w.apply(said('a2', m.set('loop', { objectId: 'map:m@1' })));
    w.apply(said('a3', m.set('up', { objectId: 'root' })));
    expect(paths()).to.deep.equal(['c', 'd', 'm.c']);
    expect(pathsTo(rootOf(w.pool))).to.deep.equal([[]]);
    w.apply(said('a4', root.set('c', { number: 1 })));
    w.apply(said('a5', root.remove('d')));
    expect(paths()).to.deep.equal(['m.c']);
    removeReference(w.pool, 'counter:c@1', rootOf(w.pool), 'c');
    removeReference(w.pool, 'counter:c@1', mapOf(w), 'another');
    expect(paths(), 'where it is not, it cannot be taken from').to.deep.equal(['m.c']);
    w.apply(said('a6', m.clear()));
    expect(paths()).to.deep.equal([]);
  });

  it('RTLO4e3, RTLO4e9b, RTLM15d5c, RTLM15e, RTLM14c, RTLM5d2h: that is deleted is empty, and is nowhere any more', () => {
    const w = world();
    w.apply(said('a1', root.set('m', { objectId: 'map:m@1' })));
    w.apply(said('a1', m.set('c', { objectId: 'counter:c@1' })));
    w.apply(said('a2', m.delete()));
    expect([contentOf(w), mapOf(w).entries.size, pathsTo(counterOf(w))]).to.deep.equal([{}, 0, []]);
    expect(w.apply(said('a3', m.set('c', { number: 1 })))).to.deep.equal({ isApplied: false });
    expect(mapOf(w).tombstonedAt).to.equal(now);
  });

  it('RTLO4e10: the root is never deleted', () => {
    const w = world();
    w.apply(said('a1', root.set('k', { number: 1 })));
    expect(w.apply(said('a2', root.delete())).update).to.equal(undefined);
    expect([contentOf(w), w.warnings.length]).to.deep.equal([{ k: 1 }, 1]);
  });
});

describe('RTO9a1, RTO9a2b, OOP2a, RTO6b1, RTLO4a3, RTLM15d4, RTLC7d3: an operation that is malformed or unknown', () => {
  for (const [ids, message] of [
    ['RTO9a1', { serial: 'a1', siteCode: 'a' }],
    ['RTO9a2b, OOP2a', said('a1', { action: 99, objectId: 'root' })],
    ['RTO6b1', said('a1', { action: 1, objectId: 'set:x@1', mapSet: { key: 'k', value: { number: 1 } } })],
    ['RTLO4a3', said('', root.set('k', { number: 1 }))],
    ['RTLO4a3', said('', root.set('k', { number: 1 }), { siteCode: 'a' })],
    ['RTLO4a3', said('a1', root.set('k', { number: 1 }), { siteCode: '' })],
    ['RTLO4a3', said('a1', root.set('k', { number: 1 }), { serial: 5 as never })],
    ['RTLO4a3', said('a1', root.set('k', { number: 1 }), { siteCode: 5 as never })],
    ['RTLM15d4', said('a1', { ...c.add(1), objectId: 'root' })],
    ['RTLC7d3', said('a1', { ...root.set('k', { number: 1 }), objectId: 'counter:c@1' })],
    ['RTF1', said('a1', { action: 1, objectId: 'root' })],
    ['RTF1', said('a1', { action: 1, objectId: 'root', mapSet: { key: 'k' } })],
    ['RTF1', said('a1', { action: 1, objectId: 'root', mapSet: { key: 'k', value: null as never } })],
    ['RTF1', said('a1', { action: 2, objectId: 'root', mapRemove: {} })],
  ] as const)
    it(`${ids}: is left alone, with a warning: ${JSON.stringify(message)}`, () => {
      const w = world();
      expect(w.apply(message)).to.deep.equal({ isApplied: false });
      expect([w.warnings.length, contentOf(w)]).to.deep.equal([1, {}]);
    });
});

describe('RTF1: what is null in an operation', () => {
  const nothing = null as never;

  it('is no part of it, nor is what belongs to another action', () => {
    const w = world();
    const others = { mapRemove: nothing, mapCreate: nothing, counterInc: { number: 1 } };
    w.apply(said('a1', { ...root.set('k', { number: 1 }), ...others }));
    expect(contentOf(w)).to.deep.equal({ k: 1 });
    w.apply(said('a2', { ...root.remove('k'), mapSet: { key: 'n', value: { number: 2 } } }));
    expect(contentOf(w)).to.deep.equal({});
  });

  for (const created of [nothing, {}, { entries: nothing }, { entries: {} }])
    it(`creates an empty map: ${JSON.stringify(created)}`, () => {
      const w = world();
      const { update } = w.apply(said('a1', { action: 0, objectId: 'map:m@1', mapCreate: created }));
      expect(update).to.deep.include({ updated: [], removed: [] });
      expect(mapOf(w).isCreated).to.equal(true);
    });

  for (const entry of [
    nothing,
    {},
    { data: nothing },
    { data: {} },
    { tombstone: nothing, timeserial: nothing },
  ])
    it(`is left out of an entry: ${JSON.stringify(entry)}`, () => {
      const w = world();
      const { update } = w.apply(said('a1', m.createMap({ k: entry, n: { data: { number: 1 } } })));
      expect(update).to.deep.include({ updated: ['k', 'n'], removed: [] });
      expect(contentOf(w, 'map:m@1')).to.deep.equal({ k: undefined, n: 1 });
    });
});

describe('what was deleted and removed', () => {
  it('RTO10c1a, RTO10c1b, RTLM19a1: is forgotten after the grace period, and not before', () => {
    const w = world();
    w.apply(said('a1', root.remove('k'), { serialTimestamp: 100 }));
    w.apply(said('a1', c.delete(), { serialTimestamp: 100 }));
    w.apply(said('a2', root.set('kept', { number: 1 })));
    collectGarbage(w.pool, 149, 50);
    expect([w.pool.size, rootOf(w.pool).entries.size]).to.deep.equal([2, 2]);
    collectGarbage(w.pool, 150, 50);
    expect([[...w.pool.keys()], [...rootOf(w.pool).entries.keys()]]).to.deep.equal([['root'], ['kept']]);
  });

  it('RTO10c1b1: the root stays', () => {
    const w = world();
    rootOf(w.pool).tombstonedAt = 1;
    collectGarbage(w.pool, 1000, 1);
    expect(w.pool.has('root')).to.equal(true);
  });
});
