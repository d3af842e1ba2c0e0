import { expect } from 'chai';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { ErrorInfo } from '../../../lib/ably/wire/error-info.js';
import { Flag } from '../../../lib/ably/wire/flags.js';
import { codecs } from '../../support/fake-ably.js';
import { type FakeObjects, objectLives, rootWith } from '../../support/fake-objects.js';
import { ignore } from '../../support/ignore.js';
import { on, said } from '../../support/objects.js';
import { type LiveCounter, type LiveMap, objectsOf } from '../../../lib/objects.js';

interface Content {
  readonly k: string;
  readonly n: number;
  readonly c: LiveCounter;
  readonly m: LiveMap<{ readonly c: LiveCounter }>;
}
type Fake = FakeObjects<Content>;
const [root, counter] = [on('root'), on('counter:c@1')];

for (const codec of codecs)
  describe(`the objects of a channel, ${codec.format}`, () => {
    const lives = objectLives<Content>(codec);
    const at0 = (script: (fake: Fake) => void, options = {}): (() => void) =>
      lives(
        10,
        (fake) => {
          fake.at(0, () => {
            script(fake);
          });
        },
        options,
      );
    /** Everything that the root is seen as, and its states. */
    const follow = (fake: Fake) => {
      const seen: unknown[] = [];
      fake.root.state$.subscribe((state) => seen.push(state));
      fake.root.compact$.subscribe((compact) => seen.push(compact));
      seen.length = 0;
      fake.welcome();
      return seen;
    };

    it(
      'RTO4b, RTO17: are synced from the beginning where the channel was attached without any before they were asked for',
      at0(({ client, server, welcome }) => {
        const [empty, full] = [client.channel('empty'), client.channel('full')];
        for (const channel of [empty, full]) channel.attach().catch(ignore);
        welcome();
        server.attached('empty', { flags: 0 });
        server.attached('full', { flags: Flag.hasObjects });
        expect([objectsOf(empty).state, objectsOf(full).state]).to.deep.equal(['synced', 'syncing']);
      }),
    );

    it(
      'RTO23d, RTO3b1, RTO17a1, RTO23: are not known before the channel is attached, which subscribing sees to',
      at0((fake) => {
        const { state, compact, instance, entries } = fake.root;
        expect([state, compact, instance, entries, fake.net.dialled.length]).to.deep.equal([
          'initialized',
          undefined,
          undefined,
          [],
          0,
        ]);
        const seen: unknown[] = [];
        fake.root.at('k').value$.subscribe((value) => seen.push(value));
        fake.welcome();
        expect([seen, fake.server.heard().map(({ action }) => action)]).to.deep.equal([
          [undefined],
          ['ATTACH'],
        ]);
        expect(fake.server.heard()[0]).to.include({ flags: Flag.objectSubscribe | Flag.objectPublish });
      }),
    );

    it(
      'RTO4b3, RTO4b4, RTO17a2, RTO17a3, RTO18c, RTO4b, RTO4c, RTO17b, RTO18b1, RTO18b2: are synced at once where the server has none',
      at0((fake) => {
        const seen = follow(fake);
        fake.attached(0);
        expect(seen).to.deep.equal(['syncing', {}, 'synced']);
        fake.say(said('a1', root.set('k', { string: 'v' })));
        expect(seen.slice(3)).to.deep.equal([{ k: 'v' }]);
        fake.attached(0);
        expect(seen.slice(4)).to.deep.equal(['syncing', {}, 'synced']);
      }),
    );

    it(
      'RTO4a, RTO5a1, RTO5a3, RTO5a4, RTO5c8: come in pages, and move once',
      at0((fake) => {
        const seen = follow(fake);
        fake.attached();
        fake.page('one:1', rootWith({ m: { objectId: 'map:m@1' } }), {
          objectId: 'map:m@1',
          map: { entries: { c: { timeserial: 'a1', data: { objectId: 'counter:c@1' } } } },
        });
        fake.page('one:', { objectId: 'counter:c@1', counter: { count: 3 } });
        expect(seen).to.deep.equal(['syncing', { m: { c: 3 } }, 'synced']);
      }),
    );

    it(
      'RTO5a5: come in one page without a serial',
      at0((fake) => {
        const seen = follow(fake);
        fake.attached();
        fake.page(undefined, rootWith({ n: { number: 1 } }));
        fake.page(undefined, rootWith({ n: { number: 2 } }));
        expect(seen).to.deep.equal(['syncing', { n: 1 }, 'synced', 'syncing', { n: 2 }, 'synced']);
      }),
    );

    it(
      'RTO5a5, RTF1: a page that cannot be applied spoils none that comes after it',
      at0((fake) => {
        const seen = follow(fake);
        fake.attached();
        fake.page(undefined, rootWith({ k: { bytes: -1 } }));
        expect(seen).to.deep.equal(['syncing']);
        fake.page(undefined, rootWith({ n: { number: 2 } }));
        expect(seen.slice(1)).to.deep.equal([{ n: 2 }, 'synced']);
      }),
    );

    it(
      'RTO5c3, RTO5c4, OM2g, RTO5a2, RTO5a2a, RTO5e: begin anew with another sequence, also without another ATTACHED',
      at0((fake) => {
        const seen = follow(fake);
        fake.attached();
        fake.page('one:1', rootWith({ k: { string: 'old' } }));
        fake.page('two:1', rootWith({ n: { number: 1 } }));
        fake.page('two:');
        fake.page('three:1', rootWith({ n: { number: 2 } }));
        expect(seen).to.deep.equal(['syncing', { n: 1 }, 'synced', 'syncing']);
        fake.page('three:');
        expect(seen.slice(4)).to.deep.equal([{ n: 2 }, 'synced']);
      }),
    );

    it(
      'RTLM5d2f1, RTO5c10b: an object that a sync only refers to is nothing, until something comes of it',
      at0((fake) => {
        const seen = follow(fake);
        fake.root.at('c').value$.subscribe((value) => seen.push(value));
        fake.attached();
        const state = rootWith({ c: { objectId: 'counter:c@1' } });
        const known = (count: number) => ({
          objectId: 'counter:c@1',
          siteTimeserials: {},
          counter: { count },
        });
        fake.page('one:', state);
        expect(seen.splice(0)).to.deep.equal([undefined, 'syncing', {}, 'synced']);
        const { entries, instance } = fake.root;
        expect([entries.map(([key]) => key), fake.root.at('c').instance, instance?.get('c')]).to.deep.equal([
          ['c'],
          undefined,
          undefined,
        ]);
        fake.say(said('a1', counter.add(2)));
        expect(seen.splice(0)).to.deep.equal([{ c: 2 }, 2]);
        fake.page('two:', state);
        expect(seen.splice(0)).to.deep.equal(['syncing', {}, undefined, 'synced']);
        fake.page('three:', state, known(0));
        expect(seen.splice(0)).to.deep.equal(['syncing', { c: 0 }, 0, 'synced']);
        fake.page('four:', state, known(3));
        expect(seen.splice(0)).to.deep.equal(['syncing', { c: 3 }, 3, 'synced']);
      }),
    );

    it(
      'RTO5d, RTF1: a page without a state is skipped, and a message that is none is reported',
      at0((fake) => {
        const errors: unknown[] = [];
        fake.client.errors$.subscribe(({ code }) => errors.push(code));
        const seen = follow(fake);
        fake.attached();
        fake.server.say({ action: Action.objectSync, channel: 'a', channelSerial: 'one:' });
        expect(seen).to.deep.equal(['syncing']);
        fake.server.say({
          action: Action.objectSync,
          channel: 'a',
          channelSerial: 'one:',
          state: [null as never],
        });
        expect([seen, errors]).to.deep.equal([['syncing', {}, 'synced'], [40013]]);
      }),
    );

    it(
      'RTO5c5, RTO7b1, RTO7, RTO7a1, RTO8a, RTO8b, RTO5c6: operations that come meanwhile are applied after it, once',
      at0((fake) => {
        const seen = follow(fake);
        fake.attached();
        fake.say(said('a1', root.set('k', { string: 'known' })), said('a2', root.set('n', { number: 1 })));
        fake.page('one:1');
        fake.say(said('b1', counter.add(2)));
        fake.page('one:', rootWith({ k: { string: 'later' }, c: { objectId: 'counter:c@1' } }, { a: 'a1' }), {
          objectId: 'counter:c@1',
          siteTimeserials: {},
          counter: { count: 1 },
        });
        expect(seen).to.deep.equal(['syncing', { k: 'later', n: 1, c: 3 }, 'synced']);
        fake.say(said('b2', counter.add(1)));
        expect(seen.slice(3)).to.deep.equal([{ k: 'later', n: 1, c: 4 }]);
        fake.page('two:', rootWith({ c: { objectId: 'counter:c@1' } }), {
          objectId: 'counter:c@1',
          counter: { count: 10 },
        });
        expect(seen.slice(4), 'nothing is left of them for the next sync').to.deep.equal([
          'syncing',
          { c: 10 },
          'synced',
        ]);
      }),
    );

    it(
      'RTO4d: those that came before another ATTACHED are forgotten',
      at0((fake) => {
        const seen = follow(fake);
        fake.attached();
        fake.say(said('a1', root.set('k', { string: 'v' })));
        fake.attached();
        fake.page('one:', rootWith({}));
        expect(seen).to.deep.equal(['syncing', {}, 'synced']);
      }),
    );

    it(
      'RTO27b, RTL1: after a lost connection they show as syncing, and stand still until they are known again',
      at0((fake) => {
        const seen = follow(fake);
        fake.attached();
        fake.page('one:', rootWith({ n: { number: 1 }, k: { string: 'same' } }));
        seen.length = 0;
        fake.server.drop();
        fake.welcome('id-2');
        fake.attached();
        fake.page('two:1', rootWith({ n: { number: 2 }, k: { string: 'same' } }));
        expect([seen, fake.root.compact]).to.deep.equal([['syncing'], { n: 1, k: 'same' }]);
        fake.page('two:');
        expect(seen.slice(1)).to.deep.equal([{ n: 2, k: 'same' }, 'synced']);
      }),
    );

    it(
      'RTO27b, RTL3c: they show as syncing once the connection is suspended, and not while it is lost',
      lives(130_000, (fake) => {
        const states: string[] = [];
        const { client, root: object } = fake;
        const see = (channel: string): void => void states.push(`${channel} ${object.state}`);
        fake.at(0, () => {
          follow(fake);
          fake.attached();
          fake.page('one:', rootWith({ n: { number: 1 } }));
          client.channel('a').state$.subscribe(see);
          fake.server.drop();
        });
        fake.at(129_000, () => {
          expect(states).to.deep.equal(['attached synced', 'suspended syncing']);
          expect(object.compact).to.deep.equal({ n: 1 });
        });
      }),
    );

    it(
      'RTO27a: nothing is known of a channel that is detached, and no change is told',
      at0((fake) => {
        const changes: unknown[] = [];
        fake.root.changes$.subscribe((change) => changes.push(change));
        const seen = follow(fake);
        fake.attached();
        fake.page('one:', rootWith({ n: { number: 1 } }));
        seen.length = 0;
        changes.length = 0;
        fake.client.channel('a').detach().catch(ignore);
        fake.server.say({ action: Action.detached, channel: 'a' });
        expect([seen, changes, fake.root.state]).to.deep.equal([
          ['initialized', undefined],
          [],
          'initialized',
        ]);
        seen.length = 0;
        fake.client.channel('a').attach().catch(ignore);
        fake.attached();
        fake.page('one:', rootWith({}));
        expect(seen).to.deep.equal(['syncing', {}, 'synced']);
      }),
    );

    it(
      'RTO27a: nothing is known of one that fails, neither by a place nor by an instance',
      at0((fake) => {
        follow(fake);
        fake.attached();
        fake.page('one:', rootWith({ m: { objectId: 'map:m@1' } }), {
          objectId: 'map:m@1',
          map: { entries: { n: { timeserial: 'a1', data: { number: 1 } } } },
        });
        const seen: unknown[] = [];
        const map = fake.root.at('m').instance!;
        fake.root.entries$.subscribe((entries) => seen.push(entries.map(([key]) => key)));
        fake.root.instance$.subscribe((instance) => seen.push(instance?.id));
        map.compact$.subscribe((compact) => seen.push(compact));
        fake.server.say({ action: Action.error, channel: 'a', error: { code: 40160, message: 'no' } });
        expect(seen).to.deep.equal([['m'], 'root', { n: 1 }, [], undefined, undefined]);
        expect([fake.root.compact, map.compact, map.get('n')]).to.deep.equal([
          undefined,
          undefined,
          undefined,
        ]);
      }),
    );

    it(
      'RTO5c7, RTPO19e2: what a sync has changed is told without an operation',
      at0((fake) => {
        const changes: unknown[] = [];
        fake.root.changes$.subscribe((change) => changes.push(change));
        follow(fake);
        fake.attached();
        fake.page('one:', rootWith({ n: { number: 1 } }));
        expect(changes).to.deep.equal([{ path: '', operation: undefined, message: undefined }]);
      }),
    );

    it(
      'RTO23, RTL27: are known also to one who comes after the channel was attached',
      at0((fake) => {
        const { client, server } = fake;
        client.channel('a').messages$.subscribe();
        fake.welcome();
        fake.attached();
        fake.page('one:', rootWith({ n: { number: 1 } }));
        fake.say(said('a1', root.set('k', { string: 'v' })));
        const seen: unknown[] = [];
        fake.root.compact$.subscribe((compact) => seen.push(compact));
        expect([seen, server.heard().length]).to.deep.equal([[{ n: 1, k: 'v' }], 1]);
      }),
    );

    it('RTO10a, RTO10b1, RTO10c1a: forget what was removed, by the grace period that CONNECTED says', () => {
      objectLives<Content>(codec)(310_000, (fake) => {
        fake.at(0, () => {
          fake.root.compact$.subscribe();
          fake.welcome('id-1', {
            connectionDetails: { connectionKey: 'k', objectsGCGracePeriod: 250_000, maxIdleInterval: 0 },
          });
          fake.attached(0);
          fake.say(said('b1', root.remove('k'), { serialTimestamp: 0 }));
          fake.say(said('b1', root.remove('n'), { serialTimestamp: 200_000 }));
          fake.say(said('b2', root.remove('n'), { serialTimestamp: 200_000 }));
          fake.say(said('a1', root.set('k', { string: 'late' }), { serialTimestamp: 1 }));
          expect(fake.root.compact, 'late, and still remembered').to.deep.equal({});
        });
        fake.at(300_001, () => {
          fake.say(said('a2', root.set('k', { string: 'later' })));
          fake.say(said('a3', root.set('n', { number: 1 })));
          expect(fake.root.compact).to.deep.equal({ k: 'later' });
        });
      })();
    });

    it('RTO10a: forget in time, however often CONNECTED comes meanwhile', () => {
      objectLives<Content>(codec)(310_000, (fake) => {
        const connectionDetails = { connectionKey: 'k', objectsGCGracePeriod: 1000, maxIdleInterval: 0 };
        fake.at(0, () => {
          fake.root.compact$.subscribe();
          fake.welcome('id-1', { connectionDetails });
          fake.attached(0);
          fake.say(said('b1', root.remove('k'), { serialTimestamp: 0 }));
        });
        fake.at(200_000, () => {
          fake.server.greet('id-1', { connectionDetails });
        });
        fake.at(300_001, () => {
          fake.say(said('a1', root.set('k', { string: 'later' })));
          expect(fake.root.compact).to.deep.equal({ k: 'later' });
        });
      })();
    });

    it('RTO10b2, RTO10b3: forget by the last CONNECTED, and after a day where none says', () => {
      const day = 86_400_000;
      objectLives<Content>(codec)(day + 700_000, (fake) => {
        const details = { connectionKey: 'k', siteCode: 's', maxIdleInterval: 0 };
        const isRemembered = (serial: string): boolean => {
          fake.say(said(serial, root.set('k', { string: 'late' })));
          return fake.root.compact?.k === undefined;
        };
        fake.at(0, () => {
          fake.root.compact$.subscribe();
          fake.welcome('id-1', { connectionDetails: details });
          fake.attached(0);
          fake.say(said('b1', root.remove('k'), { serialTimestamp: 0 }));
        });
        fake.at(day - 1, () => {
          expect(isRemembered('a1')).to.equal(true);
        });
        fake.at(day + 600_001, () => {
          expect(isRemembered('a2')).to.equal(false);
          fake.server.greet('id-1', { connectionDetails: { ...details, objectsGCGracePeriod: 1000 } });
          fake.say(said('b2', root.remove('k'), { serialTimestamp: day + 600_001 }));
        });
        fake.at(day + 699_999, () => {
          expect(isRemembered('a3')).to.equal(true);
        });
      })();
    });

    it('RTO23a, RTO2a1, RTO25a, RTO2a2: subscribers without the mode are warned, and those of changes fail in strict mode with 40024', () => {
      for (const strictMode of [false, true]) {
        const logged: (string | undefined)[] = [];
        const errors: unknown[] = [];
        at0(
          (fake) => {
            fake.root.changes$.subscribe({
              error: (error: unknown) => errors.push((error as ErrorInfo).code),
            });
            fake.root.value$.subscribe();
            fake.welcome();
            fake.server.attached('a', { flags: Flag.publish });
          },
          { strictMode, log: (_: string, { message }: { message: string }) => void logged.push(message) },
        )();
        expect(errors).to.deep.equal(strictMode ? [40024] : []);
        expect(logged.filter((text) => text?.includes('object_subscribe'))).to.have.length(
          strictMode ? 0 : 1,
        );
      }
    });

    it('RTO25a, RTO2a2: those of values alone are warned without the mode, too', () => {
      const logged: (string | undefined)[] = [];
      at0(
        (fake) => {
          fake.root.value$.subscribe();
          fake.welcome();
          fake.server.attached('a', { flags: Flag.publish });
        },
        { log: (_: string, { message }: { message: string }) => void logged.push(message) },
      )();
      expect(logged.filter((text) => text?.includes('object_subscribe'))).to.have.length(1);
    });

    it(
      'RTLO4b4c1, RTF1: an operation that is malformed stands in the way of no other',
      at0((fake) => {
        const seen = follow(fake);
        fake.attached(0);
        fake.say({ serial: 'a1', siteCode: 'a' }, said('a2', root.set('n', { number: 1 })));
        expect(seen.at(-1)).to.deep.equal({ n: 1 });
      }),
    );
  });
