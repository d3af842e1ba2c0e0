import { expect } from 'chai';
import fc from 'fast-check';
import { collectState, replaceAll, type SyncPool } from '../../../../lib/ably/objects/state/replace.js';
import type { WireObjectMessage, WireObjectOperation } from '../../../../lib/ably/wire/object-message.js';
import { on, said, type World, world } from '../../../support/objects.js';
import { runs, timeLimit } from '../../../support/chaos/replay.js';

const ids = ['root', 'map:m@1', 'map:n@1'] as const;
const key = fc.constantFrom('a', 'b', '__proto__');
const value = fc.oneof(
  fc.integer({ min: -9, max: 9 }).map((number) => ({ number })),
  fc.constantFrom({ json: '{"a":1}' }, { json: '{"a":2}' }, { bytes: 'AQI=' }, { string: 'x' }),
  fc.constantFrom('map:m@1', 'map:n@1', 'counter:c@1', 'root').map((objectId) => ({ objectId })),
);
const created = Object.fromEntries([
  ['a', { data: { number: 1 } }],
  ['b', { timeserial: 'b03x', data: { objectId: 'counter:c@1' } }],
  ['c', { timeserial: 'c03x', tombstone: true, serialTimestamp: 3 }],
]);
const operation: fc.Arbitrary<WireObjectOperation> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...ids), key, value).map(([id, at, set]) => on(id).set(at, set)),
  },
  { weight: 3, arbitrary: fc.tuple(fc.constantFrom(...ids), key).map(([id, at]) => on(id).remove(at)) },
  { weight: 3, arbitrary: fc.integer({ min: -9, max: 9 }).map((by) => on('counter:c@1').add(by)) },
  { weight: 1, arbitrary: fc.constantFrom(...ids).map((id) => on(id).clear()) },
  { weight: 1, arbitrary: fc.constantFrom(...ids).map((id) => on(id).createMap(created)) },
  { weight: 1, arbitrary: fc.constant(on('counter:c@1').createCounter(5)) },
  { weight: 1, arbitrary: fc.constantFrom('map:m@1', 'counter:c@1').map((id) => on(id).delete()) },
);

/** Operations, each with its site, in the order in which the sites have given them their serials. */
const history = fc
  .array(fc.tuple(fc.constantFrom('a', 'b', 'c'), operation), { maxLength: 30 })
  .map((all) => {
    const counts: Record<string, number> = {};
    return all.map(([site, each]) => {
      counts[site] = (counts[site] ?? 0) + 1;
      return said(`${site}${String(counts[site]).padStart(2, '0')}`, each, {
        serialTimestamp: 100 + counts[site],
      });
    });
  });

/** Another order, in which those of each site stay in theirs. */
function shuffled(
  all: readonly WireObjectMessage[],
  chances: readonly number[],
): readonly WireObjectMessage[] {
  const queues = ['a', 'b', 'c'].map((site) => all.filter(({ siteCode }) => siteCode === site));
  return all.map((_, at) => {
    const waiting = queues.filter(({ length }) => length > 0);
    return waiting[(chances[at] ?? 0) % waiting.length]!.shift()!;
  });
}

/** What a server tells of all its objects, page by page, taken by a client in place of its own. */
function sync(server: World, client: World): void {
  const pages: SyncPool = new Map();
  for (const object of Object.values(server.states())) {
    const { map, ...rest } = object;
    if (!map || object.tombstone) collectState(pages, { object }, client.context);
    else
      for (const entry of [[], ...Object.entries(map.entries ?? {})] as [string?, object?][])
        collectState(
          pages,
          {
            object: { ...rest, map: { ...map, entries: entry.length ? Object.fromEntries([entry]) : {} } },
          } as WireObjectMessage,
          client.context,
        );
  }
  replaceAll(client.pool, pages, client.context);
}
const run = (all: readonly WireObjectMessage[]): World => {
  const w = world();
  for (const message of all) w.apply(message);
  return w;
};

describe('objects', () => {
  const chances = fc.array(fc.nat(5), { minLength: 30, maxLength: 30 });

  it('RTLM9, RTLO4a, RTLM24, RTLM23: come out the same whichever order sites come in, and however often an operation comes', function () {
    this.timeout(timeLimit(2000));
    fc.assert(
      fc.property(history, chances, chances, (all, order, doubles) => {
        const straight = run(all).states();
        expect(run(shuffled(all, order)).states()).to.deep.equal(straight);
        const doubled = shuffled(all, order).flatMap((message, at, list) =>
          doubles[at] === 0 ? [message, ...list.slice(Math.max(0, at - 3), at + 1)] : [message],
        );
        expect(run(doubled).states()).to.deep.equal(straight);
      }),
      runs(300, 1),
    );
  });

  it('RTO5, RTO7, RTLC6, RTLM6: come out the same with a cut anywhere, and what came before it applied again after it', function () {
    this.timeout(timeLimit(2000));
    fc.assert(
      fc.property(history, chances, fc.nat(30), fc.nat(30), (all, order, cut, seen) => {
        const mixed = shuffled(all, order);
        const client = run(mixed.slice(0, seen));
        sync(run(mixed.slice(0, cut)), client);
        for (const message of mixed.slice(Math.min(seen, cut))) client.apply(message);
        expect(client.states()).to.deep.equal(run(all).states());
      }),
      runs(300, 2),
    );
  });

  it('RTO5c10, RTLO4g, RTLO4h: know where they are, as they would find it anew', function () {
    this.timeout(timeLimit(2000));
    fc.assert(
      fc.property(history, (all) => {
        const w = run(all);
        const places = (): unknown =>
          [...w.pool.values()]
            .flatMap(({ id, references }) =>
              references.map(({ parent, key: at }) => `${id} ${parent.id} ${at}`),
            )
            .sort();
        const live = places();
        sync(w, w);
        expect(live).to.deep.equal(places());
      }),
      runs(200, 3),
    );
  });
});
