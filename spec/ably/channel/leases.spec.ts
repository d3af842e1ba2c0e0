import { expect } from 'chai';
import { filter } from 'rxjs';
import { Action } from '../../../lib/ably/wire/actions.js';
import { codecs, type FakeAbly, life } from '../../support/fake-ably.js';

const ignore = (): void => undefined;
/** What the newest socket heard, as action and channel. */
const asked = ({ server }: FakeAbly): unknown[] =>
  server.heard().map(({ action, channel }) => [action, channel]);
const [attach, detach] = [
  [Action.attach, 'a'],
  [Action.detach, 'a'],
];

for (const codec of codecs)
  describe(`leases that come and go, ${codec.format}`, () => {
    const lives = (script: (fake: FakeAbly) => void): (() => void) =>
      life(codec, { until: 1000, detachGrace: 20, realtimeRequestTimeout: 100 }, script);
    /** Connected, attached to `a` for one subscriber; other options are asked for, and the subscriber leaves. */
    const leaving = (fake: FakeAbly): void => {
      fake.at(0, () => {
        const lease = fake.client.channel('a').messages$.subscribe();
        fake.server.welcome();
        fake.server.attached('a');
        fake.client
          .channel('a')
          .setOptions({ modes: ['subscribe'] })
          .catch(ignore);
        lease.unsubscribe();
      });
    };
    const state = ({ client }: FakeAbly): unknown => client.channel('a').state;

    it(
      'RTL16a, RTL5i: whoever leaves while other options are asked for leaves when they are granted',
      lives((fake) => {
        leaving(fake);
        fake.at(50, () => {
          expect(asked(fake)).to.deep.equal([attach, attach]);
          fake.server.attached('a');
          expect([asked(fake).slice(2), state(fake)]).to.deep.equal([[detach], 'detaching']);
          fake.server.say({ action: Action.detached, channel: 'a' });
          expect(state(fake)).to.equal('detached');
        });
      }),
    );
    it(
      'RTL16a, RTL5i: or when nobody answers in time',
      lives((fake) => {
        leaving(fake);
        fake.at(101, () => {
          expect([asked(fake).slice(2), state(fake)]).to.deep.equal([[detach], 'detaching']);
        });
      }),
    );
    it(
      'RTL16a, RTL5l: or when the connection is lost',
      lives((fake) => {
        leaving(fake);
        fake.at(50, () => {
          fake.server.drop();
          expect(state(fake)).to.equal('detached');
          fake.server.welcome();
          expect(asked(fake)).to.deep.equal([]);
        });
      }),
    );
    it(
      'RTL16a: or not at all, where it has come back before',
      lives((fake) => {
        leaving(fake);
        fake.at(50, () => {
          fake.client.channel('a').messages$.subscribe();
          fake.server.attached('a');
        });
        fake.at(500, () => {
          expect([asked(fake), state(fake)]).to.deep.equal([[attach, attach], 'attached']);
        });
      }),
    );
    it(
      'RTL5f, RTL13a: a detach that is confirmed too late is one all the same',
      lives((fake) => {
        fake.at(0, () => {
          const lease = fake.client.channel('a').messages$.subscribe();
          fake.server.welcome();
          fake.server.attached('a');
          lease.unsubscribe();
        });
        fake.at(121, () => {
          expect(state(fake)).to.equal('attached');
          fake.server.say({ action: Action.detached, channel: 'a' });
          expect([asked(fake), state(fake)]).to.deep.equal([[attach, detach], 'detached']);
        });
      }),
    );
    it(
      'RTL4h: whoever comes back and leaves again while the channel is detached wants nothing',
      lives((fake) => {
        fake.at(0, () => {
          const lease = fake.client.channel('a').messages$.subscribe();
          fake.server.welcome();
          fake.server.attached('a');
          lease.unsubscribe();
        });
        fake.at(30, () => {
          expect(state(fake)).to.equal('detaching');
          fake.client.channel('a').messages$.subscribe().unsubscribe();
          fake.server.say({ action: Action.detached, channel: 'a' });
        });
        fake.at(500, () => {
          expect([asked(fake), state(fake)]).to.deep.equal([[attach, detach], 'detached']);
        });
      }),
    );

    const failing = (fake: FakeAbly): void => {
      fake.client.channel('a').messages$.subscribe({ error: ignore });
      fake.server.welcome();
      fake.server.say({ action: Action.error, channel: 'a', error: { code: 40160, statusCode: 401 } });
      void fake.client.close();
    };
    it(
      'RTL4g: a lease on a failed channel that is given back without a connection attaches nothing later',
      lives((fake) => {
        fake.at(0, () => {
          failing(fake);
          fake.client.channel('a').messages$.subscribe().unsubscribe();
        });
        fake.at(50, () => {
          fake.server.say({ action: Action.closed });
          fake.client.connect();
          fake.server.welcome('id-2');
          expect(asked(fake)).to.deep.equal([]);
        });
      }),
    );
    it(
      'RTL4g: and one that is kept attaches as soon as there is a connection',
      lives((fake) => {
        fake.at(0, () => {
          failing(fake);
          fake.client.channel('a').messages$.subscribe();
        });
        fake.at(50, () => {
          fake.server.say({ action: Action.closed });
          fake.client.connect();
          fake.server.welcome('id-2');
          expect(asked(fake)).to.deep.equal([attach]);
        });
      }),
    );
    it(
      'RTL4g, RTL3d: also where the connection was suspended',
      life(codec, { until: 250_000 }, (fake) => {
        fake.at(0, () => {
          fake.client.channel('a').messages$.subscribe({ error: ignore });
          fake.server.welcome();
          fake.server.say({ action: Action.error, channel: 'a', error: { code: 40160, statusCode: 401 } });
          fake.server.drop();
          fake.client.connectionState$.pipe(filter((name) => name === 'suspended')).subscribe(() => {
            fake.client.channel('a').messages$.subscribe();
            expect(state(fake)).to.equal('failed');
          });
        });
        fake.at(200_000, () => {
          fake.client.connect();
          fake.server.welcome('id-2');
          expect([asked(fake), state(fake)]).to.deep.equal([[attach], 'attaching']);
        });
      }),
    );
  });
