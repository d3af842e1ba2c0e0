import { expect } from 'chai';
import { codecs } from '../../support/fake-ably.js';
import { type FakeObjects, objectLives, rootWith } from '../../support/fake-objects.js';
import { on, said } from '../../support/objects.js';
import type { LiveCounter, LiveMap } from '../../../lib/objects.js';

interface Content {
  readonly c: LiveCounter;
  readonly m: LiveMap<{ readonly k: number }>;
}
type Fake = FakeObjects<Content>;
const [counter, map] = [on('counter:c@1'), on('map:m@1')];

for (const codec of codecs)
  describe(`changes of objects, ${codec.format}`, () => {
    const lives = objectLives<Content>(codec);
    /** Objects that are synced: a counter of 0, and a map without keys but for `gone`, which was removed. */
    const at0 = (script: (fake: Fake) => void): (() => void) =>
      lives(10, (fake) => {
        fake.at(0, () => {
          fake.root.compact$.subscribe();
          fake.welcome();
          fake.attached();
          sync(fake, 'one:');
          script(fake);
        });
      });
    const sync = (fake: Fake, serial: string, tombstone = false): void => {
      const siteTimeserials = {};
      fake.page(
        serial,
        rootWith({ c: { objectId: 'counter:c@1' }, m: { objectId: 'map:m@1' } }),
        { objectId: 'counter:c@1', siteTimeserials, tombstone, counter: { count: 0 } },
        {
          ...{ objectId: 'map:m@1', siteTimeserials, tombstone },
          map: { semantics: 0, entries: { gone: { tombstone: true, timeserial: 'a00' } } },
        },
      );
    };
    /** Where changes are seen from now on, and by which operations; at places, and at the objects that are there now. */
    const watch = (fake: Fake, ...paths: readonly string[]): string[] => {
      const seen: string[] = [];
      for (const path of paths)
        fake.root.at(path).changes$.subscribe((change) => {
          seen.push(`${path}: ${change.path} ${change.operation?.action ?? ''}`);
        });
      return seen;
    };

    it(
      'RTLC9g, RTLC16c, RTLM23c, RTLM24f, RTLO4b4c3: tell of an operation that was applied, also where all is as it was',
      at0((fake) => {
        const seen = watch(fake, 'c', 'm');
        const values: unknown[] = [];
        fake.root.at('c').value$.subscribe((value) => values.push(value));
        fake.say(
          said('a1', counter.add(0)),
          said('a2', counter.createCounter(0)),
          said('a1', map.createMap({})),
          said('a2', map.clear()),
        );
        expect([seen, values]).to.deep.equal([
          ['c: c counter.inc', 'c: c counter.create', 'm: m map.create', 'm: m map.clear'],
          [0],
        ]);
      }),
    );

    it(
      'RTLC9h, RTLC16d, RTLC8b, RTLM16b, RTLM7a1, RTLM8a1, RTLM24c, RTLO4b4c1: tell of none that was of no effect',
      at0((fake) => {
        fake.say(
          said('b1', counter.createCounter(0)),
          said('b1', map.createMap({})),
          said('b2', map.set('k', { number: 1 })),
          said('d1', map.clear()),
          said('d2', map.set('k', { number: 2 })),
        );
        const seen = watch(fake, 'c', 'm');
        fake.say(
          said('b2', { ...counter.add(1), counterInc: {} }),
          said('a1', counter.createCounter(1)),
          said('b3', map.createMap({ k: { data: { number: 1 } } })),
          said('c1', map.set('k', { number: 1 })),
          said('c2', map.remove('k')),
          said('c3', map.clear()),
        );
        expect(seen).to.deep.equal([]);
      }),
    );

    it(
      'RTLM24e1b, RTO24b2a2: tell of a clear at each key that goes, also of one that was removed before',
      at0((fake) => {
        fake.say(said('a1', map.set('k', { number: 1 })));
        const seen = watch(fake, 'm', 'm.k', 'm.gone', 'm.none');
        fake.say(said('a2', map.clear()));
        expect(seen).to.have.members(['m: m map.clear', 'm.k: m.k map.clear', 'm.gone: m.gone map.clear']);
      }),
    );

    it(
      'RTLO4e5, RTLO4e6, RTO24b2a2: tell of a deletion at each key that was there',
      at0((fake) => {
        fake.say(said('a1', map.set('k', { number: 1 })));
        const seen = watch(fake, 'm', 'm.k', 'm.gone');
        fake.say(said('a2', map.delete()));
        expect(seen).to.deep.equal(['m: m object.delete', 'm.k: m.k object.delete']);
      }),
    );

    it(
      'RTLC6f2, RTLM6f2, RTO5c7: tell where a sync finds an object deleted, also one that was empty',
      at0((fake) => {
        const seen: unknown[] = [];
        for (const path of ['c', 'm'] as const)
          fake.root.at(path).instance!.changes$.subscribe(({ message }) => seen.push([path, message]));
        sync(fake, 'two:');
        expect(seen).to.deep.equal([]);
        sync(fake, 'three:', true);
        expect(seen).to.deep.equal([
          ['c', undefined],
          ['m', undefined],
        ]);
      }),
    );
  });
