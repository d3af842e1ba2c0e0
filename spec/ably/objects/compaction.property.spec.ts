import { expect } from 'chai';
import fc from 'fast-check';
import { Compaction } from '../../../lib/ably/objects/compaction.js';
import type { LiveMapState } from '../../../lib/ably/objects/state/live-object.js';
import { isAbsent, type Pool, rootOf } from '../../../lib/ably/objects/state/pool.js';
import { on, said, world } from '../../support/objects.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';

const maps = ['root', 'map:m@1', 'map:n@1'] as const;
const operation = fc.oneof(
  fc
    .tuple(fc.constantFrom(...maps), fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 3 }))
    .map(([id, key, number]) => on(id).set(key, { number })),
  fc
    .tuple(
      fc.constantFrom(...maps),
      fc.constantFrom('a', 'b', 'c'),
      fc.constantFrom('map:m@1', 'map:n@1', 'counter:c@1', 'root'),
    )
    .map(([id, key, objectId]) => on(id).set(key, { objectId })),
  fc.tuple(fc.constantFrom(...maps), fc.constantFrom('a', 'b', 'c')).map(([id, key]) => on(id).remove(key)),
  fc.integer({ min: 1, max: 3 }).map((by) => on('counter:c@1').add(by)),
  fc.constantFrom(...maps).map((id) => on(id).clear()),
);

/** RTPO13, as the specification says it. */
function compactOf(map: LiveMapState, pool: Pool, visited = new Map<LiveMapState, object>()): object {
  const result: Record<string, unknown> = {};
  visited.set(map, result);
  for (const [key, entry] of map.entries) {
    if (isAbsent(entry, pool)) continue;
    const object = entry.objectId === undefined ? undefined : pool.get(entry.objectId);
    result[key] =
      object?.type === 'map'
        ? (visited.get(object) ?? compactOf(object, pool, visited))
        : (object?.count ?? entry.value);
  }
  return result;
}

describe('objects as plain values', () => {
  it('RTPO13c1, RTPO13c2, RTPO13c3, RTPO13c5: come out as if they were made anew each time, also where maps contain themselves', function () {
    this.timeout(timeLimit(3000));
    fc.assert(
      fc.property(fc.array(fc.tuple(operation, fc.boolean()), { maxLength: 25 }), (all) => {
        const { pool, apply } = world();
        const compaction = new Compaction(pool);
        all.forEach(([each, isLookedAt], at) => {
          const { update } = apply(said(`a${String(at).padStart(2, '0')}`, each));
          if (update) compaction.touch(update);
          if (!isLookedAt && at < all.length - 1) return;
          for (const map of [rootOf(pool), pool.get('map:m@1')])
            if (map?.type === 'map') expect(compaction.of(map)).to.deep.equal(compactOf(map, pool));
        });
      }),
      runs(300, 4),
    );
  });
});
