import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import { type LiveCounter, liveCounter, type LiveMap, liveMap } from '../../../lib/objects.js';
import { codecs } from '../../support/fake-ably.js';
import { type Answer, fakeFetch } from '../../support/fake-fetch.js';
import { type FakeObjects, objectLives, rootWith } from '../../support/fake-objects.js';
import { ignore } from '../../support/ignore.js';
import { on, said } from '../../support/objects.js';

interface Content {
  readonly k: string;
  readonly n: number;
  readonly c: LiveCounter;
  readonly m: LiveMap<{ readonly c: LiveCounter; readonly x: number }>;
}
type Fake = FakeObjects<Content>;
const [root, counter] = [on('root'), on('counter:c@1')];
const end = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'done',
    (error: unknown) => (error instanceof ErrorInfo ? [error.code, error.statusCode] : error),
  );

for (const codec of codecs)
  describe(`changes of objects, ${codec.format}`, () => {
    const at0 = (script: (fake: Fake) => void, options = {}, channelOptions?: object): (() => void) =>
      objectLives<Content>(codec, channelOptions)(
        10,
        (fake) => {
          fake.at(0, () => {
            script(fake);
          });
        },
        options,
      );
    /** Synced, with a counter and a value in the root, and a counter in a map. */
    const synced = (fake: Fake) => {
      const seen: unknown[] = [];
      fake.root.compact$.subscribe((compact) => seen.push(compact));
      fake.welcome();
      fake.attached();
      fake.page(
        'one:',
        rootWith({ c: { objectId: 'counter:c@1' }, k: { string: 'v' }, m: { objectId: 'map:m@1' } }),
        { objectId: 'counter:c@1', counter: { count: 1 } },
        { objectId: 'map:m@1', map: { entries: { x: { timeserial: 'a1', data: { number: 1 } } } } },
      );
      seen.length = 0;
      return seen;
    };
    const heard = ({ server: { heard: all } }: Fake) =>
      all()
        .filter(({ action }) => action === 'OBJECT')
        .map(({ state }) => state);

    it(
      'RTO15c, OM4, RTLC12g, RTLC13b, RTLM21g, RTO15e1, RTO15e2, RTO15e3, RTO15f, RTPO15d, RTPO16d, RTPO17d, RTPO18d: travel in one frame each',
      at0((fake) => {
        synced(fake);
        const { root: at } = fake;
        at.set('k', 'w').catch(ignore);
        at.at('m').remove('x').catch(ignore);
        at.increment('c', 2).catch(ignore);
        at.at('c').decrement().catch(ignore);
        const frames = fake.server.heard().filter(({ action }) => action === 'OBJECT');
        expect(frames).to.deep.equal(
          [root.set('k', { string: 'w' }), on('map:m@1').remove('x'), counter.add(2), counter.add(-1)].map(
            (operation, msgSerial) => ({ action: 'OBJECT', channel: 'a', msgSerial, state: [{ operation }] }),
          ),
        );
      }),
    );

    it('RTO22a, RTO22b, RTO20d3, RTO20b, RTO20d2a, RTO20d2b, RTO20f, RTO9a2a4, RTO9a3, RTO15h: are applied by their ACK, and not again when they come back', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        const seen = synced(fake);
        ends.push(end(fake.root.increment('c', 2)));
        expect(seen).to.deep.equal([]);
        fake.ack(0, 's1');
        expect(seen).to.deep.equal([{ c: 3, k: 'v', m: { x: 1 } }]);
        fake.say(said('s1', counter.add(2)));
        fake.say(said('s1', counter.add(2)), said('s0', counter.add(2)));
        expect(seen, 'nor if it comes twice').to.have.length(1);
        fake.say(said('s2', counter.add(2)));
        expect(seen).to.have.length(2);
      })();
      expect(await Promise.all(ends)).to.deep.equal(['done']);
    });

    it('RTO9a3, RTLO4a6: an echo that comes before the ACK is applied, and the ACK is not', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        const seen = synced(fake);
        ends.push(end(fake.root.increment('c')));
        fake.say(said('s1', counter.add(1)));
        fake.ack(0, 's1');
        expect(seen).to.deep.equal([{ c: 2, k: 'v', m: { x: 1 } }]);
      })();
      expect(await Promise.all(ends)).to.deep.equal(['done']);
    });

    it('RTO9a3, RTLO4a6: an echo behind a later operation of its site does not make room for that one again', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        synced(fake);
        ends.push(end(fake.root.increment('c', 2)));
        fake.ack(0, 's1');
        for (const serial of ['s2', 's1', 's2']) fake.say(said(serial, counter.add(2)));
        expect(fake.root.compact).to.deep.include({ c: 5 });
      })();
      expect(await Promise.all(ends)).to.deep.equal(['done']);
    });

    it('RTO20c1, RTO20c2, RTO20d1: resolve without being applied where the server gives no site, other serials or none', async () => {
      const ends: Promise<unknown>[] = [];
      for (const [site, serials] of [
        [undefined, ['s1']],
        ['s', []],
        ['s', [null]],
        ['s', ['s1', 's2']],
      ] as const)
        at0((fake) => {
          const seen = synced(fake);
          const connectionDetails = { connectionKey: 'k', ...(site && { siteCode: site }) };
          if (!site) {
            fake.server.drop();
            fake.welcome('id-2', { connectionDetails });
            fake.attached();
            fake.page('two:', rootWith({ c: { objectId: 'counter:c@1' } }), {
              objectId: 'counter:c@1',
              counter: { count: 1 },
            });
            seen.length = 0;
          }
          ends.push(end(fake.root.increment('c')));
          fake.ack(0, ...serials);
          expect(seen).to.deep.equal([]);
        })();
      expect(await Promise.all(ends)).to.deep.equal(Array(4).fill('done'));
    });

    it('RTO20e, RTO5c9: wait for a sync that is under way, and are not applied twice', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        const seen = synced(fake);
        ends.push(end(fake.root.increment('c')));
        fake.attached();
        fake.ack(0, 's1');
        fake.page('two:', rootWith({ c: { objectId: 'counter:c@1' } }), {
          objectId: 'counter:c@1',
          siteTimeserials: { s: 's1' },
          counter: { count: 5 },
        });
        expect(seen).to.deep.equal([{ c: 5 }]);
        ends.push(end(fake.root.increment('c')));
        fake.attached();
        fake.ack(1, 's2');
        fake.page('three:', rootWith({ c: { objectId: 'counter:c@1' } }), {
          objectId: 'counter:c@1',
          siteTimeserials: { s: 's1' },
          counter: { count: 5 },
        });
        expect(seen.at(-1)).to.deep.equal({ c: 6 });
        fake.say(said('s2', counter.add(1)));
        expect(seen.at(-1)).to.deep.equal({ c: 6 });
      })();
      expect(await Promise.all(ends)).to.deep.equal(['done', 'done']);
    });

    it('RTO20e1: reject with 92008 where the channel is left before that', async () => {
      const ends: Promise<unknown>[] = [];
      const errors: number[] = [];
      at0((fake) => {
        fake.client.errors$.subscribe(({ code }) => errors.push(code));
        synced(fake);
        ends.push(end(fake.root.increment('c')));
        fake.attached();
        fake.ack(0, 's1');
        fake.server.say({ action: Action.error, channel: 'a', error: { code: 90000, message: 'no' } });
      })();
      expect(await Promise.all(ends)).to.deep.equal([[92008, 400]]);
      expect(errors).to.deep.equal([92008]);
    });

    it('RTO23c, RTO23e, RTL33b: attach the channel and wait for the objects, in the order of the calls', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        ends.push(end(fake.root.set('k', 'one')), end(fake.root.increment('c')));
        fake.welcome();
        expect(fake.server.heard().map(({ action }) => action)).to.deep.equal(['ATTACH']);
        fake.attached();
        expect(heard(fake)).to.deep.equal([]);
        fake.page('one:', rootWith({ c: { objectId: 'counter:c@1' } }), {
          objectId: 'counter:c@1',
          counter: { count: 1 },
        });
        ends.push(end(fake.root.set('k', 'two')));
        expect(heard(fake).flat()).to.deep.equal(
          [root.set('k', { string: 'one' }), counter.add(1), root.set('k', { string: 'two' })].map(
            (operation) => ({
              operation,
            }),
          ),
        );
        fake.ack(0, 's1');
        fake.ack(1, 's2');
        fake.ack(2, 's3');
        expect(fake.root.compact).to.deep.equal({ k: 'two', c: 2 });
      })();
      expect(await Promise.all(ends)).to.deep.equal(['done', 'done', 'done']);
    });

    it('RTO15g: reject as the server refuses them', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        const seen = synced(fake);
        ends.push(end(fake.root.increment('c')));
        fake.server.say({
          action: Action.nack,
          msgSerial: 0,
          count: 1,
          error: { code: 40160, statusCode: 401 },
        });
        expect(seen).to.deep.equal([]);
      })();
      expect(await Promise.all(ends)).to.deep.equal([[40160, 401]]);
    });

    it('RTO15b: reject where the connection is closed, or has failed, as a publish does', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        synced(fake);
        fake.client.close().catch(ignore);
        fake.server.say({ action: Action.closed });
        ends.push(end(fake.root.set('k', 'w')), end(fake.client.channel('a').publish('k', 'w')));
      })();
      at0((fake) => {
        fake.root.compact$.subscribe();
        fake.welcome();
        fake.server.say({ action: Action.error, error: { code: 40101, statusCode: 401, message: 'no' } });
        ends.push(end(fake.root.set('k', 'w')), end(fake.client.channel('a').publish('k', 'w')));
      })();
      expect(await Promise.all(ends)).to.deep.equal([
        ...[80000, 80017].map((code) => [code, 400]),
        ...[90001, 90001].map((code) => [code, 400]),
      ]);
    });

    it('RTO15d: are refused over maxMessageSize with 40009, and not sent', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        synced(fake);
        ends.push(end(fake.root.set('k', 'x'.repeat(1000))), end(fake.root.set('k', 'x'.repeat(999))));
        expect(heard(fake)).to.have.length(1);
        fake.ack(0, 's1');
      })();
      expect(await Promise.all(ends)).to.deep.equal([[40009, 400], 'done']);
    });

    it('RTPO3c2, RTPO15c, RTPO15e, RTPO16c, RTPO16e, RTPO17c, RTPO17e, RTPO18c, RTPO18e: reject where nothing is, or something else', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        synced(fake);
        const at = fake.root as unknown as FakeObjects<Record<string, string>>['root'];
        ends.push(
          ...[at.at('nowhere').set('x', ''), at.at('nowhere').remove('x'), at.at('k.x').increment()].map(end),
          ...[at.at('c').set('x', ''), at.at('k').remove('x'), at.at('m').increment(), at.decrement('k')].map(
            end,
          ),
          ...[at.at('m').decrement()].map(end),
        );
        expect(heard(fake)).to.deep.equal([]);
      })();
      expect(await Promise.all(ends)).to.deep.equal([
        ...[1, 2, 3].map(() => [92005, 400]),
        ...[1, 2, 3, 4, 5].map(() => [92007, 400]),
      ]);
    });

    it('RTPO17e, RTPO18e: say at which place no counter is, also at a key of the root', async () => {
      const texts: Promise<unknown>[] = [];
      at0((fake) => {
        synced(fake);
        const at = fake.root as unknown as FakeObjects<Record<string, string>>['root'];
        const changes = [at.decrement('k'), at.at('m').increment('none'), at.at('m').increment('a.b')];
        for (const change of [...changes, at.increment('a.b'), at.increment()])
          texts.push(change.catch(({ message }: ErrorInfo) => /There is .* objects/.exec(message)?.[0]));
      })();
      expect(await Promise.all(texts)).to.deep.equal([
        'There is a value at "k" of the objects',
        'There is nothing at "m.none" of the objects',
        'There is nothing at "m.a\\.b" of the objects',
        'There is nothing at "a\\.b" of the objects',
        'There is a map at "" of the objects',
      ]);
    });

    it('RTLM20e1, RTLM21e1, RTLC12e1, RTLC13c: reject on wrong keys, values and amounts', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        synced(fake);
        const { root: at } = fake;
        const wrong = null as never;
        ends.push(end(at.set('k', wrong)), end(at.remove(3 as never)), end(at.at('c').increment(NaN)));
        ends.push(
          end(at.at('c').decrement(wrong)),
          end(at.at('c').decrement('5' as never)),
          end(at.at('c').instance!.increment('5')),
          end(at.batch((tx) => void tx.at('c').increment('5'))),
          end(at.increment('c', wrong)),
        );
        expect(heard(fake)).to.deep.equal([]);
      })();
      expect(await Promise.all(ends)).to.deep.equal([
        [40013, 400],
        [40003, 400],
        [40003, 400],
        [40003, 400],
        [40003, 400],
        [40003, 400],
        [40003, 400],
        [40003, 400],
      ]);
    });

    it('RTLM20e7, OD4a: reject a place, an instance and a batch as a value, also within another, and say what to do', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        synced(fake);
        const at = fake.root.at<string>('m');
        const [place, instance] = [fake.root.at('m'), fake.root.at('c').instance];
        for (const value of [place, instance, { deep: [place] }, { made: liveMap() }])
          ends.push(at.set('k', value as never).catch((error: unknown) => error));
        ends.push(
          fake.root
            .batch((tx) => {
              tx.at<string>('m').set('k', { within: tx });
            })
            .catch((error: unknown) => error),
        );
        expect(heard(fake)).to.deep.equal([]);
      })();
      const advice =
        'Set a string, a finite number, a boolean, bytes, JSON, liveMap() or liveCounter(), and of a place or an instance its `compact`.';
      expect(
        (await Promise.all(ends)).map((error) => [
          (error as ErrorInfo).code,
          String((error as Error).message),
        ]),
      ).to.deep.equal([
        [40013, `A map cannot hold PathObject. ${advice}`],
        [40013, `A map cannot hold Instance. ${advice}`],
        [40013, `A map cannot hold PathObject within JSON. ${advice}`],
        [40013, `A map cannot hold liveMap() within JSON. ${advice}`],
        [40013, `A map cannot hold Batch within JSON. ${advice}`],
      ]);
    });

    it('RTO26a, RTO2a2, RTO2b2: reject without the mode, with 40024', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        fake.root.compact$.subscribe();
        fake.welcome();
        fake.server.attached('a', { flags: Flag.objectSubscribe });
        ends.push(end(fake.root.set('k', 'v')));
      })();
      at0(
        (fake) => {
          ends.push(end(fake.root.set('k', 'v')));
          expect(fake.net.dialled).to.deep.equal([]);
        },
        {},
        { modes: ['object_subscribe'] },
      )();
      expect(await Promise.all(ends)).to.deep.equal([
        [40024, 400],
        [40024, 400],
      ]);
    });

    it('RTO26a, RTO2a2: reject without the mode also where it turns out to be missing once the channel is attached', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        ends.push(end(fake.root.set('k', 'v')));
        fake.welcome();
        fake.server.attached('a', { flags: Flag.objectSubscribe });
        expect(heard(fake)).to.deep.equal([]);
      })();
      expect(await Promise.all(ends)).to.deep.equal([[40024, 400]]);
    });

    it('RTPO15b, RTPO16b, RTPO17b, RTPO18b: each of them looks whether it can be made', async () => {
      const ends: Promise<unknown>[] = [];
      for (const change of [
        ({ root: at }: Fake) => at.set('k', 'v'),
        ({ root: at }: Fake) => at.remove('k'),
        ({ root: at }: Fake) => at.increment('c'),
        ({ root: at }: Fake) => at.decrement('c'),
      ])
        at0(
          (fake) => {
            ends.push(end(change(fake)));
            expect(fake.net.dialled).to.deep.equal([]);
          },
          {},
          { modes: ['object_subscribe'] },
        )();
      expect(await Promise.all(ends)).to.deep.equal([1, 2, 3, 4].map(() => [40024, 400]));
    });

    it('RTO26b: reject on a channel that is failed, or detached by its user, with 90001', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        synced(fake);
        fake.client.channel('a').detach().catch(ignore);
        fake.server.say({ action: Action.detached, channel: 'a' });
        ends.push(end(fake.root.set('k', 'v')));
      })();
      at0((fake) => {
        synced(fake);
        fake.server.say({ action: Action.error, channel: 'a', error: { code: 40160 } });
        ends.push(end(fake.root.set('k', 'v')));
      })();
      expect(await Promise.all(ends)).to.deep.equal([
        [90001, 400],
        [90001, 400],
      ]);
    });

    it('RTO26c: reject without echoes, with 40000', async () => {
      const ends: Promise<unknown>[] = [];
      at0(
        (fake) => {
          synced(fake);
          ends.push(end(fake.root.set('k', 'v')));
        },
        { echoMessages: false },
      )();
      expect(await Promise.all(ends)).to.deep.equal([[40000, 400]]);
    });

    it('RTO23e, RTL33b1, RTL33c: reject when the client is disposed of, or cannot attach', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        ends.push(end(fake.root.set('k', 'v')));
        fake.welcome();
        fake.server.say({ action: Action.error, channel: 'a', error: { code: 40160, statusCode: 401 } });
        ends.push(end(fake.root.set('k', 'v')));
      })();
      let late: Fake['root'] | undefined;
      at0((fake) => {
        late = fake.root;
        ends.push(end(fake.root.set('k', 'v')));
        fake.welcome();
      })();
      ends.push(end(late!.set('k', 'v')));
      expect(await Promise.all(ends)).to.deep.equal([
        [40160, 401],
        [90001, 400],
        [80017, 400],
        [80017, 400],
      ]);
    });

    for (const last of ['dispose', 'unanswered'] as const)
      it(`RTO20e1: rejects where it was accepted on a channel that was released, and is over before it shows (${last})`, async () => {
        let done: Promise<unknown> = Promise.resolve();
        objectLives<Content>(codec)(
          200,
          (fake) => {
            fake.at(0, () => {
              synced(fake);
              done = end(fake.root.increment('c'));
              void fake.client.releaseChannel('a').catch(ignore);
              if (last === 'unanswered') fake.client.channel('a').messages$.subscribe();
              fake.ack(0, 's1');
            });
          },
          { realtimeRequestTimeout: last === 'unanswered' ? 100 : 1000 },
        )();
        const late = new Promise((resolve) => setImmediate(resolve, 'late'));
        expect(await Promise.race([done, late])).to.deep.equal([92008, 400]);
      });

    it('RTO15, RTN19a2, OM2a: an operation that was not acknowledged is sent again, by its name', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        const seen = synced(fake);
        ends.push(end(fake.root.increment('c')));
        fake.server.drop();
        fake.welcome('id-2');
        expect(heard(fake)).to.deep.equal([[{ operation: counter.add(1), id: 'id-1:0:0' }]]);
        fake.attached();
        fake.page('two:', rootWith({ c: { objectId: 'counter:c@1' } }), {
          objectId: 'counter:c@1',
          counter: { count: 1 },
        });
        fake.ack(0, 's1');
        expect(seen.at(-1)).to.deep.equal({ c: 2 });
      })();
      expect(await Promise.all(ends)).to.deep.equal(['done']);
    });

    it('RTO26: a batch is one frame, and none where it throws or says nothing', async () => {
      const ends: Promise<unknown>[] = [];
      at0((fake) => {
        const seen = synced(fake);
        ends.push(
          end(
            fake.root.batch((tx) => {
              tx.set('k', 'w');
              tx.increment('c', 2);
              tx.at('c').decrement();
              tx.get('m').remove('x');
            }),
          ),
          end(fake.root.batch(ignore)),
          end(
            fake.root.batch((tx) => {
              tx.set('k', 'no');
              tx.at('k').increment();
            }),
          ),
          end(
            fake.root.batch(() => {
              throw new ErrorInfo('own', { code: 40000 });
            }),
          ),
        );
        expect(heard(fake)).to.deep.equal([
          [root.set('k', { string: 'w' }), counter.add(2), counter.add(-1), on('map:m@1').remove('x')].map(
            (operation) => ({ operation }),
          ),
        ]);
        fake.ack(0, 's1', 's2', 's3', 's4');
        expect(seen).to.deep.equal([{ k: 'w', c: 2, m: {} }]);
      })();
      expect(await Promise.all(ends)).to.deep.equal(['done', 'done', [92007, 400], [40000, 400]]);
    });
  });

for (const codec of codecs)
  describe(`new objects, ${codec.format}`, () => {
    const lives = (
      answer: () => Answer,
      script: (fake: Fake, asked: () => number) => void,
      options = {},
    ): void => {
      let asked = 0;
      const fetch = fakeFetch(() => {
        asked += 1;
        return answer();
      });
      objectLives<Content>(codec)(
        10,
        (fake) => {
          fake.at(5, () => {
            script(fake, () => asked);
          });
        },
        { fetch, ...options },
      )();
    };
    const time = (): Answer => ({ text: '[5000]', type: 'application/json' });

    it('RTO16, RTO16a, RTLMV4h, RTLCV4e, RTLM20h1, RTLC16a, RTLM23a1, RTLCV4d, RTLMV4g: bear the time of the server, asked once, and are applied by their ACK', () => {
      lives(time, (fake, asked) => {
        const seen: unknown[] = [];
        fake.root.compact$.subscribe((compact) => seen.push(compact));
        const told: unknown[] = [];
        fake.root.changes$.subscribe(({ operation }) =>
          told.push(operation?.mapCreate ?? operation?.counterCreate),
        );
        fake.welcome();
        fake.attached(0);
        fake.root.set('m', liveMap({ c: liveCounter(3), x: 1 })).catch(ignore);
        fake.root
          .batch((tx) => {
            tx.set('c', liveCounter());
          })
          .catch(ignore);
        const frames = fake.server.heard().slice(1);
        const [state = []] = frames.map((frame) => frame.state);
        expect(state.map(({ operation }) => operation?.action)).to.deep.equal([3, 0, 1]);
        expect(state[0]?.operation?.objectId).to.match(/^counter:[\w-]{43}@5000$/);
        expect(state[0]?.operation?.counterCreateWithObjectId?.nonce).to.have.length(16);
        expect(state[1]?.operation).to.not.have.property('mapCreate');
        expect([frames.length, asked()]).to.deep.equal([2, 1]);
        fake.ack(0, 's1', 's2', 's3');
        fake.ack(1, 's4', 's5');
        expect(seen).to.deep.equal([undefined, {}, { m: { c: 3, x: 1 } }, { m: { c: 3, x: 1 }, c: 0 }]);
        expect(told, 'objects that are nowhere yet').to.deep.equal([undefined, undefined]);
      });
    });

    it('RTO15d, OOP4h2, OOP4k2: count what is made against maxMessageSize, and are refused over it with 40009', async () => {
      const ends: Promise<unknown>[] = [];
      lives(time, (fake) => {
        const at = fake.root as unknown as FakeObjects<Record<string, unknown>>['root'];
        for (const length of [998, 999]) ends.push(end(at.set('m', liveMap({ k: 'x'.repeat(length) }))));
        fake.welcome();
        fake.attached(0);
        expect(fake.server.heard().slice(1)).to.have.length(1);
        fake.ack(0, 's1', 's2');
      });
      expect(await Promise.all(ends)).to.deep.equal(['done', [40009, 400]]);
    });

    it('RTO14a3: the same made twice at one time has two ids', () => {
      let drawn = 0;
      const random = (): number => ((drawn += 1) % 64) / 64;
      lives(
        time,
        (fake) => {
          fake.root
            .batch((tx) => {
              tx.set('c', liveCounter(1));
              tx.set('c', liveCounter(1));
            })
            .catch(ignore);
          fake.welcome();
          fake.attached(0);
          const { state = [] } = fake.server.heard().at(-1) ?? {};
          const made = state.filter(({ operation }) => operation?.action === 3);
          const nonces = made.map(({ operation }) => operation?.counterCreateWithObjectId?.nonce);
          const ids = made.map(({ operation }) => operation?.objectId);
          expect([new Set(nonces).size, new Set(ids).size]).to.deep.equal([2, 2]);
        },
        { random },
      );
    });

    it('RTO16: bear the local time where the server does not tell its own', () => {
      lives(
        () => ({ text: '{}', status: 404, type: 'application/json' }),
        (fake) => {
          fake.root.set('c', liveCounter()).catch(ignore);
          fake.welcome();
          fake.attached(0);
          const [{ state = [] } = {}] = fake.server.heard().slice(1);
          expect(state[0]?.operation?.objectId).to.match(/@5$/);
        },
      );
    });
  });
