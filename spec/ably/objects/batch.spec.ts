import { expect } from 'chai';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import type { Batch, LiveCounter, LiveMap } from '../../../lib/objects.js';
import { ignore } from '../../support/ignore.js';
import { codecs } from '../../support/fake-ably.js';
import { type FakeObjects, objectLives, rootWith } from '../../support/fake-objects.js';
import { on } from '../../support/objects.js';
import { thrownBy } from '../../support/thrown.js';
import { unhandledDuring } from '../../support/unhandled.js';

interface Content {
  readonly k: string;
  readonly c: LiveCounter;
}
type Fake = FakeObjects<Content>;

for (const codec of codecs)
  describe(`batches of changes, ${codec.format}`, () => {
    const synced = (script: (fake: Fake) => void): void => {
      objectLives<Content>(codec)(10, (fake) => {
        fake.at(0, () => {
          fake.root.state$.subscribe();
          fake.welcome();
          fake.attached();
          fake.page('one:', rootWith({ k: { string: 'v' }, c: { objectId: 'counter:c@1' } }), {
            objectId: 'counter:c@1',
            counter: {},
          });
          script(fake);
        });
      })();
    };
    const heard = ({ server }: Fake) =>
      server
        .heard()
        .filter(({ action }) => action === 'OBJECT')
        .map(({ state }) => state);

    it('RTO15: one of an asynchronous function rejects with 40000 and sends nothing, also where the function fails', async () => {
      const ends: Promise<unknown>[] = [];
      const errorOf = (promise: Promise<void>): void => {
        ends.push(
          promise.then(
            () => 'done',
            ({ code, message }: ErrorInfo) => `${code}: ${message}`,
          ),
        );
      };
      synced((fake) => {
        // @ts-expect-error a batch takes no asynchronous function
        const one = fake.root.batch(async (tx) => {
          tx.set('k', 'half');
          await Promise.resolve();
          tx.set('k', 'whole');
        });
        // @ts-expect-error nor one that returns a promise
        const other = fake.root.batch((tx) => {
          tx.set('k', 'half');
          return Promise.reject(new Error('own'));
        });
        for (const promise of [one, other]) errorOf(promise);
        expect(heard(fake)).to.deep.equal([]);
      });
      const why =
        '40000: The function of a batch cannot return a promise. Await what it needs, then call batch().';
      expect(await Promise.all(ends)).to.deep.equal([why, why]);
    });

    it('RTO15: what becomes of an asynchronous function afterwards is no unhandled rejection', async () => {
      const unhandled = await unhandledDuring(() => {
        synced((fake) => {
          // @ts-expect-error a batch takes no asynchronous function
          fake.root.batch(() => Promise.reject(new Error('own'))).catch(ignore);
        });
      });
      expect(unhandled).to.deep.equal([]);
    });

    it('RTO15: takes functions that return any other value', () => {
      synced((fake) => {
        const named = (tx: Batch<LiveMap<Content>>): void => {
          tx.set('k', 'one');
        };
        const more = [
          fake.root.batch(named),
          fake.root.at('k').batch(() => 5),
          fake.root.batch((tx) => {
            tx.increment('c');
            return { then: 5 };
          }),
        ];
        for (const end of more) end.catch(ignore);
        expect(heard(fake)).to.deep.equal([
          [{ operation: on('root').set('k', { string: 'one' }) }],
          [{ operation: on('counter:c@1').add(1) }],
        ]);
      });
    });

    it('RTO15: a place below another one of it is at the path of both', () => {
      synced((fake) => {
        const { root } = fake;
        const x = { data: { number: 1 } };
        fake.page(
          'two:',
          rootWith({ m: { objectId: 'map:m@1' } }),
          {
            ...{ objectId: 'map:m@1', map: { entries: { n: { data: { objectId: 'map:n@1' } } } } },
          },
          { objectId: 'map:n@1', map: { entries: { x } } },
        );
        root
          .batch((tx) => {
            tx.at('m').at('n').remove('x');
            tx.at('m').get('n').remove('y');
            tx.get('m').at('n').remove('z');
          })
          .catch(ignore);
        const operations = ['x', 'y', 'z'].map((key) => ({ operation: on('map:n@1').remove(key) }));
        expect(heard(fake)).to.deep.equal([operations]);
      });
    });

    it('RTPO5b, RTPO6b: a key or a path that is no string throws 40003, and sends nothing', () => {
      synced((fake) => {
        const codes: unknown[] = [];
        const codeOf = (act: () => unknown): void => void codes.push((thrownBy(act) as ErrorInfo).code);
        fake.root
          .batch((tx) => {
            codeOf(() => tx.at(5 as never));
            codeOf(() => tx.get(5 as never));
          })
          .catch(ignore);
        expect(codes).to.deep.equal([40003, 40003]);
        expect(heard(fake)).to.deep.equal([]);
      });
    });

    it('RTO15: a place of one that is over throws 40000, however it ended', () => {
      synced((fake) => {
        const kept: { set(key: 'k', value: string): void; increment(): void }[] = [];
        const ends = [
          fake.root.batch((tx) => {
            kept.push(tx, tx.at('c'));
            tx.set('k', 'w');
          }),
          fake.root.batch((tx) => {
            kept.push(tx);
            throw new Error('own');
          }),
        ];
        for (const end of ends) end.catch(ignore);
        const codes = kept.flatMap((tx) => [
          thrownBy(() => {
            tx.set('k', 'late');
          }),
          thrownBy(() => {
            tx.increment();
          }),
        ]);
        expect(codes.map((error) => (error as ErrorInfo).code)).to.deep.equal(Array(6).fill(40000));
        expect(heard(fake)).to.deep.equal([[{ operation: on('root').set('k', { string: 'w' }) }]]);
      });
    });
  });
