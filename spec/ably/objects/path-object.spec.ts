import { expect } from 'chai';
import { config } from 'rxjs';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { objectsOf, type LiveCounter, type LiveMap } from '../../../lib/objects.js';
import { createRest } from '../../../lib/rest.js';
import { codecs, fakeAbly } from '../../support/fake-ably.js';
import { type FakeObjects, objectLives, rootWith } from '../../support/fake-objects.js';
import { on, said } from '../../support/objects.js';
import { thrownBy } from '../../support/thrown.js';

type Inner = LiveMap<{
  readonly c: LiveCounter;
  readonly x: number;
  readonly deep: LiveMap<{ readonly y: number }>;
}>;
interface Content {
  readonly k: string;
  readonly c: LiveCounter;
  readonly m: Inner;
  readonly json: { readonly a: number };
}
type Fake = FakeObjects<Content>;
const [root, m, deep, counter] = [on('root'), on('map:m@1'), on('map:d@1'), on('counter:c@1')];

for (const codec of codecs)
  describe(`the places of objects, ${codec.format}`, () => {
    const at0 = (script: (fake: Fake) => void, options = {}): (() => void) =>
      objectLives<Content>(codec)(
        10,
        (fake) => {
          fake.at(0, () => {
            script(fake);
          });
        },
        options,
      );
    const synced = (fake: Fake): void => {
      fake.root.state$.subscribe();
      fake.welcome();
      fake.attached();
      fake.page(
        'one:',
        rootWith({
          k: { string: 'v' },
          c: { objectId: 'counter:c@1' },
          m: { objectId: 'map:m@1' },
          json: { json: '{"a":1}' },
        }),
        { objectId: 'counter:c@1', counter: { count: 1 } },
        {
          objectId: 'map:m@1',
          map: {
            entries: {
              c: { timeserial: 'a0', data: { objectId: 'counter:c@1' } },
              x: { timeserial: 'a0', data: { number: 1 } },
              deep: { timeserial: 'a0', data: { objectId: 'map:d@1' } },
            },
          },
        },
        { objectId: 'map:d@1', map: { entries: { y: { timeserial: 'a0', data: { number: 7 } } } } },
      );
    };

    it(
      'RTPO3a3, RTPO7b, RTPO8b, RTPO13b, RTLM5d1, RTLM5d2e, RTLM5d2f2, RTLC5c, RTPO3a1, RTPO3a2, RTPO3b, RTPO3c1, RTPO7c, RTPO7d, RTPO7e, RTPO7f, RTPO13d, RTPO13e, RTPO13f: read what is there, and undefined where nothing is',
      at0((fake) => {
        synced(fake);
        const valueOf = (path: string): unknown => [fake.root.at(path).value, fake.root.at(path).compact];
        expect(['k', 'c', 'm.c', 'json', 'm.deep'].map(valueOf)).to.deep.equal([
          ['v', 'v'],
          [1, 1],
          [1, 1],
          [{ a: 1 }, { a: 1 }],
          [undefined, { y: 7 }],
        ]);
        for (const path of ['x', 'm.z', 'k.x', 'c.x', 'json.a', 'm.deep.y.z', '', '__proto__', 'constructor'])
          expect(valueOf(path), path).to.deep.equal([undefined, undefined]);
        expect(fake.root.value).to.equal(undefined);
      }),
    );

    it(
      'RTPO6d, RTPO2a, RTPO4a, RTPO4b, RTPO4c, RTPO5b, RTPO5c, RTPO5d, RTPO6b, RTPO6c: are named by keys with dots between them',
      at0(({ root: at }) => {
        expect([
          at.path,
          at.at('a.b').at('c').path,
          at.at('a\\.b').path,
          at.get('a.b').get('c').path,
        ]).to.deep.equal(['', 'a.b.c', 'a\\.b', 'a\\.b.c']);
        for (const wrong of [() => at.get(3 as never), () => at.at(null as never)])
          expect(thrownBy(wrong)).to.include({ code: 40003, statusCode: 400 });
      }),
    );

    it(
      'RTPO19: value$ is current at once, distinct, and follows its path',
      at0((fake) => {
        synced(fake);
        const seen: unknown[] = [];
        fake.root.at('m.c').value$.subscribe((value) => seen.push(value));
        fake.say(said('a1', counter.add(1)));
        fake.say(said('a1', m.set('x', { number: 2 })));
        fake.say(said('b1', counter.add(1)), said('b2', counter.add(-1)));
        fake.say(said('a2', root.set('m', { number: 3 })));
        fake.say(said('a3', root.set('m', { objectId: 'map:m@1' })));
        fake.say(said('a2', m.remove('c')));
        fake.say(said('a3', m.set('c', { string: 'now a text' })));
        expect(seen).to.deep.equal([1, 2, undefined, 2, undefined, 'now a text']);
      }),
    );

    it(
      'RTPO13c1, RTPO13c2, RTPO13c3, RTPO13c4: compact$ shares what has not changed',
      at0((fake) => {
        synced(fake);
        const seen: Record<string, unknown>[] = [];
        fake.root.compact$.subscribe((value) => seen.push(value as never));
        fake.say(said('a1', m.set('x', { number: 2 })));
        fake.say(said('a2', m.remove('nothing')), said('a3', m.remove('nothing')));
        fake.say(said('a1', counter.add(1)));
        const [first, second, third] = seen;
        expect(seen).to.have.length(3);
        expect(third).to.deep.equal({ k: 'v', c: 2, json: { a: 1 }, m: { c: 2, x: 2, deep: { y: 7 } } });
        expect(first).to.deep.equal({ k: 'v', c: 1, json: { a: 1 }, m: { c: 1, x: 1, deep: { y: 7 } } });
        expect([second?.['json'], third?.['json']]).to.deep.equal([first?.['json'], first?.['json']]);
        const inner = (value: typeof first): unknown => (value?.['m'] as Record<string, unknown>)['deep'];
        expect([inner(second), inner(third)]).to.deep.equal([inner(first), inner(first)]);
        expect(inner(third), 'the very same object').to.equal(inner(first));
        expect(first?.['json']).to.equal(third?.['json']);
      }),
    );

    it(
      'RTPO13c5: compact contains itself where a map does',
      at0((fake) => {
        synced(fake);
        const seen: unknown[] = [];
        fake.root.at('m').compact$.subscribe((value) => seen.push(value));
        fake.say(said('a1', deep.set('up', { objectId: 'map:m@1' })));
        fake.say(said('a1', m.set('x', { number: 5 })));
        for (const value of seen.slice(1) as { deep: { up: unknown } }[])
          expect(value.deep.up).to.equal(value);
        expect(seen).to.have.length(3);
        expect((seen[2] as { deep: { up: { x: number } } }).deep.up.x).to.equal(5);
      }),
    );

    it(
      'RTPO9b, RTPO10b, RTLM10d, RTLM14b, RTLM12b, RTPO9c, RTPO9d, RTPO10c, RTPO10d, RTLM11d1, RTLM14c: entries$ names the keys that are there, as they come and go',
      at0((fake) => {
        synced(fake);
        const seen: unknown[] = [];
        fake.root
          .at('m')
          .entries$.subscribe((entries) => seen.push(entries.map(([key, place]) => [key, place.path])));
        fake.say(said('a1', m.set('x', { number: 2 })));
        fake.say(said('a2', m.remove('x')));
        fake.say(said('a1', deep.delete()));
        fake.say(said('a1', root.set('m', { string: 'no map' })));
        expect(seen).to.deep.equal([
          [
            ['c', 'm.c'],
            ['x', 'm.x'],
            ['deep', 'm.deep'],
          ],
          [
            ['c', 'm.c'],
            ['deep', 'm.deep'],
          ],
          [['c', 'm.c']],
          [],
        ]);
        expect(fake.root.at('k').entries).to.deep.equal([]);
      }),
    );

    it(
      'RTINS4b, RTINS4d, RTINS10b, RTINS16d, RTINS16e2, RTINS16h, RTLO4b3, RTLO4b4c3a, RTPO8c, RTPO8e, RTINS3a, RTINS5c, RTINS5d, RTINS16g: instance$ follows the path, and an instance follows the object',
      at0((fake) => {
        synced(fake);
        const ids: unknown[] = [];
        const seen: unknown[] = [];
        fake.root.at('m').instance$.subscribe((instance) => ids.push(instance?.id));
        const instance = fake.root.at('m').instance!;
        instance.compact$.subscribe((value) => seen.push(value));
        const changes: unknown[] = [];
        instance.changes$.subscribe(({ path, operation }) => changes.push([path, operation?.action]));
        expect([instance.get('c')?.value, instance.get('x'), instance.get('deep')?.get('y')]).to.deep.equal([
          1,
          undefined,
          undefined,
        ]);
        fake.say(said('a1', root.set('m', { string: 'gone' })));
        fake.say(said('a1', m.set('x', { number: 2 })));
        fake.say(said('a1', deep.set('y', { number: 8 })));
        fake.say(said('a2', root.set('m', { objectId: 'map:d@1' })));
        expect(ids).to.deep.equal(['map:m@1', undefined, 'map:d@1']);
        expect(seen).to.deep.equal([
          { c: 1, x: 1, deep: { y: 7 } },
          { c: 1, x: 2, deep: { y: 7 } },
          { c: 1, x: 2, deep: { y: 8 } },
        ]);
        expect(changes).to.deep.equal([['', 'map.set']]);
      }),
    );

    it(
      'RTO24b1, RTPO19f, RTLO4b4c3b, RTO24b2a1, RTO24b2a2, RTO24c1, RTO24c2a, RTO24c2b, RTO24c2c, RTO24c2d, RTPO19c1: changes tell of a place and what is below, to a depth',
      at0((fake) => {
        synced(fake);
        const seen: Record<string, string[]> = {};
        const follow = (path: string, depth?: number): void => {
          const heard: string[] = (seen[`${path} ${depth ?? 'all'}`] = []);
          const place = path === '' ? fake.root : fake.root.at(path);
          place.changes(depth === undefined ? {} : { depth }).subscribe((change) => heard.push(change.path));
        };
        for (const depth of [undefined, 1, 2, 3]) follow('m', depth);
        follow('');
        follow('', 1);
        follow('m.x');
        follow('k');
        fake.say(said('a1', m.set('x', { number: 2 })));
        fake.say(said('a1', deep.set('y', { number: 8 })));
        fake.say(said('a1', counter.add(1)));
        fake.say(said('a1', root.set('k', { string: 'w' })));
        expect(seen).to.deep.equal({
          'm all': ['m', 'm.deep', 'm.c'],
          'm 1': ['m'],
          'm 2': ['m', 'm.deep', 'm.c'],
          'm 3': ['m', 'm.deep', 'm.c'],
          ' all': ['m', 'm.deep', 'c', 'm.c', ''],
          ' 1': [''],
          'm.x all': ['m.x'],
          'k all': ['k'],
        });
      }),
    );

    it(
      'RTPO19c1a: a depth that is none throws 40003',
      at0((fake) => {
        for (const depth of [0, -1, 1.5, NaN, '1' as never])
          expect(thrownBy(() => fake.root.changes({ depth }))).to.include({ code: 40003, statusCode: 400 });
      }),
    );

    it(
      'OM2b, OM2d, OM2f, OM2h, OM2i, OM2j, OM5, RTO24b2b1, RTO24b2b2, PAOM3a1, PAOM2a, PAOM2b, PAOM2c, PAOM2d, PAOM2e, PAOM2f, PAOM2g, PAOM2h, PAOM2i, PAOM2j, PAOM3b, PAOM3c, PAOM3d, PAOOP2a, PAOOP2b, PAOOP2d, PAOOP3a, OM2a, OM2c, OM2e, RTPO19e1, RTPO19e2: changes bear the operation and its message',
      at0((fake) => {
        synced(fake);
        const seen: unknown[] = [];
        fake.root.changes$.subscribe((change) => seen.push(change));
        const extras = { headers: { a: 1 } };
        const more = { clientId: 'ann', serialTimestamp: 17, extras };
        const from = { connectionId: 'its own', timestamp: 4 };
        fake.say(
          said('a1', root.set('json', { json: '[1]' }), more),
          said('a2', root.set('m', { objectId: 'map:x@1' }), { id: 'own', ...from }),
        );
        const operation = {
          action: 'map.set',
          objectId: 'root',
          mapSet: { key: 'json', value: { value: [1] } },
        };
        const message = {
          id: 'f-1:0',
          clientId: 'ann',
          connectionId: 'other',
          timestamp: 5,
          channel: 'a',
          operation,
          serial: 'a1',
          serialTimestamp: 17,
          siteCode: 'a',
          extras,
        };
        expect(seen[0]).to.deep.equal({ path: '', operation, message });
        expect(seen[1])
          .to.have.property('message')
          .that.deep.includes({ id: 'own', ...from });
        expect(seen[1]).to.have.nested.property('operation.mapSet.value.objectId', 'map:x@1');
      }),
    );

    it(
      'OM2a: a message without an id is named by its place in the frame, also behind a malformed one',
      at0((fake) => {
        synced(fake);
        const seen: unknown[] = [];
        fake.root.changes$.subscribe(({ message }) => seen.push(message?.id));
        fake.say(null as never, said('a1', root.set('k', { number: 1 })));
        expect(seen).to.deep.equal(['f-1:1']);
      }),
    );

    it(
      'PAOOP2h, PAOOP2i, PAOOP2c, PAOOP2e, PAOOP2f, PAOOP2g, PAOOP3b1, PAOOP3b3, PAOOP3c1, PAOOP3c3: all kinds of operations are told',
      at0((fake) => {
        synced(fake);
        const seen: unknown[] = [];
        fake.root.changes$.subscribe(({ operation }) => seen.push(operation));
        fake.say(
          said('a1', root.remove('k')),
          said('a1', counter.add(2)),
          said('b1', counter.createCounter(5)),
          said('b1', m.createMap({ n: { data: { number: 1 } } })),
          said('a2', root.clear()),
        );
        expect(seen.slice(0, 1)).to.deep.equal([
          { action: 'map.remove', objectId: 'root', mapRemove: { key: 'k' } },
        ]);
        const told = (action: string): unknown =>
          seen.find((operation) => (operation as { action: string }).action === action);
        expect(told('counter.inc')).to.deep.include({ counterInc: { number: 2 } });
        expect(told('counter.create')).to.deep.include({ counterCreate: { count: 5 } });
        expect(told('map.create')).to.deep.include({ mapCreate: { entries: { n: { value: 1 } } } });
        expect(told('map.clear')).to.deep.equal({ action: 'map.clear', objectId: 'root', mapClear: {} });
        fake.say(said('b1', root.set('again', { objectId: 'counter:c@1' })), said('d1', counter.delete()));
        expect(told('object.delete')).to.deep.include({ action: 'object.delete', objectId: 'counter:c@1' });
      }),
    );

    it(
      'RTO24b2c: a listener that throws is no matter to the others, and its error is reported',
      at0((fake) => {
        synced(fake);
        const errors: unknown[] = [];
        const before = config.onUnhandledError;
        config.onUnhandledError = (error) => errors.push(error);
        fake.at(5, () => {
          config.onUnhandledError = before;
          expect(errors).to.deep.equal(['mine', 'mine']);
        });
        const seen: string[] = [];
        fake.root.at('m').changes$.subscribe(() => {
          throw 'mine';
        });
        for (const path of ['m', 'm.c'])
          fake.root.at(path).changes$.subscribe((change) => seen.push(change.path));
        fake.say(said('a1', m.set('x', { number: 2 })), said('a1', counter.add(1)));
        expect(seen).to.deep.equal(['m', 'm.c', 'm.c']);
      }),
    );

    it(
      'RTO24b2c: all of a frame is applied before anything of it is told, and told once to each',
      at0((fake) => {
        synced(fake);
        const seen: unknown[] = [];
        fake.root.at('c').changes$.subscribe(() => seen.push(fake.root.at('m.x').value));
        fake.root.at('c').value$.subscribe((value) => seen.push(value));
        seen.length = 0;
        fake.say(
          said('a1', counter.add(1)),
          said('a2', counter.add(1)),
          said('a1', m.set('x', { number: 5 })),
        );
        expect(seen).to.deep.equal([3, 5, 5]);
      }),
    );

    it(
      'RTINS12b, RTINS12c, RTINS13b, RTINS13c, RTINS14b, RTINS14c, RTINS15b, RTINS15c: an instance is changed wherever it is',
      at0((fake) => {
        synced(fake);
        const [map, count] = [fake.root.at('m').instance!, fake.root.at('c').instance!];
        fake.say(said('a1', root.remove('m')), said('a2', root.remove('c')));
        void map.set('x', 2);
        void map.remove('x');
        void count.increment(3);
        void count.decrement();
        void map.increment('c');
        expect(
          fake.server
            .heard()
            .slice(1)
            .flatMap(({ state }) => state),
        ).to.deep.equal(
          [m.set('x', { number: 2 }), m.remove('x'), counter.add(3), counter.add(-1), counter.add(1)].map(
            (operation) => ({ operation }),
          ),
        );
      }),
    );

    it(
      'RTO24b, RTLO4f2: what is read through a circle moves, and changes are told of the paths without one',
      at0((fake) => {
        synced(fake);
        fake.say(
          said('a1', m.set('self', { objectId: 'map:m@1' })),
          said('a2', m.set('up', { objectId: 'root' })),
          said('a3', m.set('k', { string: 'v' })),
        );
        const at = (path: string) => fake.root.at<string>(path);
        const seen: unknown[] = [];
        at('m.self.k').value$.subscribe((value) => seen.push(['self', value]));
        at('m.up.k').value$.subscribe((value) => seen.push(['up', value]));
        at('m.self.deep').entries$.subscribe((entries) => seen.push(entries.map(([key]) => key)));
        at('m.self.self').compact$.subscribe((now) => seen.push(['compact', (now as { k?: string }).k]));
        fake.root.changes$.subscribe(({ path }) => seen.push(path));
        seen.length = 0;
        fake.say(said('b1', m.set('k', { string: 'w' })));
        fake.say(said('b1', deep.set('z', { number: 1 })));
        fake.say(said('b1', root.set('k', { string: 'x' })));
        expect(seen.filter((event) => !(event instanceof Array && event[0] === 'compact'))).to.deep.equal([
          ...[['self', 'w'], 'm'],
          ...[['y', 'z'], 'm.deep'],
          ...[['up', 'x'], ''],
        ]);
        expect(seen).to.deep.include(['compact', 'w']);
      }),
    );

    it('RTINS12d, RTINS13d, RTINS14d, RTINS15d: what an instance is not, rejects with 92007', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        synced(fake);
        const map = fake.root.at('m').instance as never as {
          increment(): Promise<void>;
          decrement(): Promise<void>;
        };
        const count = fake.root.at('c').instance as never as typeof map & {
          set(key: string, value: number): Promise<void>;
          remove(key: string): Promise<void>;
        };
        ends.push(map.increment(), map.decrement(), count.set('x', 1), count.remove('x'));
      })();
      const codes = ends.map((end) => end.catch((error: unknown) => (error as ErrorInfo).code));
      expect(await Promise.all(codes)).to.deep.equal([92007, 92007, 92007, 92007]);
    });

    it('RTPO19g, RTL27: subscribing is a lease, the end of the last one gives it back, and changes error where the channel fails', () => {
      const ends: unknown[] = [];
      at0((fake) => {
        synced(fake);
        fake.root.changes$.subscribe({ error: (error: unknown) => ends.push((error as ErrorInfo).code) });
        fake.root
          .at('k')
          .value$.subscribe({ next: (value) => ends.push(value), error: () => ends.push('never') });
        fake.server.say({ action: Action.error, channel: 'a', error: { code: 90001, message: 'no' } });
        expect(ends).to.deep.equal(['v', undefined, 90001]);
      })();
    });

    it('RTL27b: without the feature, 40019 says how to have it', () => {
      const { client } = fakeAbly(codec);
      expect(thrownBy(() => objectsOf(client.channel('a')))).to.include({ code: 40019 });
      void client.dispose();
    });

    it('RTL27: what is no channel throws 40000, which says what is', () => {
      for (const other of [null, undefined, {}, 'a', createRest({ key: 'a.b:c' }).channel('a')])
        expect(thrownBy(() => objectsOf(other as never))).to.include({ code: 40000 });
    });

    it('RTL27: complete, and know nothing, once the client is disposed of', () => {
      let seen: unknown[] = [];
      let late: Fake['root'] | undefined;
      at0((fake) => {
        synced(fake);
        late = fake.root;
        fake.root
          .at('k')
          .value$.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('end') });
        fake.root.changes$.subscribe({ complete: () => seen.push('end') });
      })();
      expect(seen).to.deep.equal(['v', 'end', 'end']);
      seen = [];
      late!.at('k').value$.subscribe({ next: (value) => seen.push(value), complete: () => seen.push('end') });
      late!.state$.subscribe({ complete: () => seen.push('end') });
      expect(seen).to.deep.equal([undefined, 'end', 'end']);
    });
  });
