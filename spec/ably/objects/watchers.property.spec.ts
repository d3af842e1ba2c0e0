import { expect } from 'chai';
import fc from 'fast-check';
import { Compaction } from '../../../lib/ably/objects/compaction.js';
import { findAt } from '../../../lib/ably/objects/find.js';
import type { MapEntry } from '../../../lib/ably/objects/state/live-object.js';
import { isAbsent } from '../../../lib/ably/objects/state/pool.js';
import type { Path } from '../../../lib/ably/objects/state/references.js';
import { Watchers } from '../../../lib/ably/objects/watchers.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';
import { on, said, world } from '../../support/objects.js';

const key = fc.constantFrom('a', 'b');
const map = fc.constantFrom('root', 'map:m@1', 'map:n@1');
const object = fc.constantFrom('root', 'map:m@1', 'map:n@1', 'counter:c@1');
const operation = fc.oneof(
  fc.tuple(map, key, fc.integer({ min: 0, max: 3 })).map(([id, at, number]) => on(id).set(at, { number })),
  fc.tuple(map, key, object).map(([id, at, objectId]) => on(id).set(at, { objectId })),
  fc.tuple(map, key).map(([id, at]) => on(id).remove(at)),
  fc.integer({ min: 1, max: 3 }).map((by) => on('counter:c@1').add(by)),
  map.map((id) => on(id).clear()),
  fc.constantFrom('map:n@1', 'counter:c@1').map((id) => on(id).delete()),
);
const path = fc.array(key, { minLength: 2, maxLength: 5, size: 'max' });

describe('those who look at objects', () => {
  it('RTO24b: look again whenever what is at their path is another, also where maps contain themselves', function () {
    this.timeout(timeLimit(3000));
    fc.assert(
      fc.property(
        fc.array(operation, { maxLength: 30, size: 'max' }),
        fc.array(path, { minLength: 8, maxLength: 8 }),
        (all, paths) => {
          const { pool, apply } = world();
          const [watchers, compaction] = [new Watchers(), new Compaction(pool)];
          const shallow = (at: Path): unknown => {
            const { object: found, value } = findAt(pool, at);
            if (found?.type === 'counter') return found.count;
            const isThere = ([, entry]: readonly [string, MapEntry]): boolean => !isAbsent(entry, pool);
            return found ? [...found.entries].filter(isThere).map(([inner]) => inner) : value;
          };
          const deep = (at: Path): unknown => {
            const { object: found } = findAt(pool, at);
            return found?.type === 'map' ? compaction.of(found) : shallow(at);
          };
          const seen = [shallow, deep].flatMap((read, kind) =>
            paths.map((at) => {
              const view = { at, read, last: read(at) };
              watchers.add(at, {
                depth: kind === 0 ? 1 : Infinity,
                look: () => {
                  view.last = read(at);
                },
              });
              return view;
            }),
          );
          all.forEach((each, at) => {
            const { update } = apply(said(`a${String(at).padStart(2, '0')}`, each));
            if (!update) return;
            compaction.touch(update);
            watchers.note(update);
            watchers.flush();
            for (const { at: place, read, last } of seen)
              expect(last, place.join('.')).to.deep.equal(read(place));
          });
        },
      ),
      runs(300, 4),
    );
  });
});
