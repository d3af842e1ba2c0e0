import { expect } from 'chai';
import { filter, Subject } from 'rxjs';
import { spy } from 'sinon';
import { Action } from '../../../lib/ably/wire/actions.js';
import { asked, codecs, type FakeAbly, life } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';

const [attach, detach] = ['ATTACH a', 'DETACH a'];

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
      'RTL4a: a further subscriber of an attached channel is no event of the channel, and its lease counts',
      lives((fake) => {
        fake.at(0, () => {
          const channel = fake.client.channel('a');
          const first = channel.messages$.subscribe();
          fake.server.welcome();
          fake.server.attached('a');
          const told = spy(Subject.prototype, 'next');
          const others = ['x', 'y', 'z'].map((name) => channel.messages(name).subscribe());
          const { callCount } = told;
          told.restore();
          expect(callCount).to.equal(0);
          for (const lease of [first, ...others.slice(1)]) lease.unsubscribe();
        });
        fake.at(100, () => {
          expect([asked(fake), state(fake)]).to.deep.equal([[attach], 'attached']);
        });
      }),
    );
    it(
      'RTL5: one that comes while the channel is told of another change is heard after it',
      lives((fake) => {
        fake.at(0, () => {
          const channel = fake.client.channel('a');
          const first = channel.messages$.subscribe();
          fake.server.welcome();
          fake.client.channel('b').changes$.subscribe(({ current }) => {
            if (current !== 'attached') return;
            first.unsubscribe();
            channel.detach().catch(ignore);
            channel.messages('x').subscribe();
          });
          fake.server.attached('a');
          fake.client.channel('b').attach().catch(ignore);
          fake.server.attached('b');
          fake.server.say({ action: Action.detached, channel: 'a' });
        });
        fake.at(100, () => {
          expect([asked(fake), state(fake)]).to.deep.equal([
            [attach, 'ATTACH b', detach, attach],
            'attaching',
          ]);
        });
      }),
    );
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
      'RTL16a, RTL5i: a channel that its last subscriber left while its options were asked for is detached when the server does not answer in time',
      lives((fake) => {
        leaving(fake);
        fake.at(101, () => {
          expect([asked(fake).slice(2), state(fake)]).to.deep.equal([[detach], 'detaching']);
        });
      }),
    );
    it(
      'RTL16a, RTL5l: a channel that its last subscriber left while its options were asked for is detached when the connection is lost, and the server hears of it on the next transport',
      lives((fake) => {
        leaving(fake);
        fake.at(50, () => {
          fake.server.drop();
          expect(state(fake)).to.equal('detached');
          fake.server.welcome();
          expect([asked(fake), state(fake)]).to.deep.equal([[detach], 'detached']);
        });
      }),
    );
    it(
      'RTL16a: a channel that is subscribed to again before its options are granted stays attached',
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
    /** Whoever was there has left, at 0; nobody answers the DETACH of the 20th millisecond. */
    const abandoned = (fake: FakeAbly): void => {
      fake.at(0, () => {
        const lease = fake.client.channel('a').messages$.subscribe();
        fake.server.welcome('id-1', { connectionDetails: { connectionKey: 'k', maxIdleInterval: 0 } });
        fake.server.attached('a');
        lease.unsubscribe();
      });
    };
    const retries = [13_500, 18_000, 22_500, 27_000, 27_000]; // RTB1 of 15 s, with a jitter of 0.9
    it(
      'RTL5f, RTB1: a detach that nobody answers is tried again, ever more seldom, as long as nobody wants the channel',
      life(codec, { until: 200_000, detachGrace: 20, realtimeRequestTimeout: 100 }, (fake) => {
        abandoned(fake);
        let due = 20;
        retries.forEach((wait, index) => {
          due += 100 + wait;
          fake.at(due - 1, () => {
            expect([asked(fake).length, state(fake)]).to.deep.equal([2 + index, 'attached']);
          });
          fake.at(due + 1, () => {
            expect([asked(fake).length, state(fake)]).to.deep.equal([3 + index, 'detaching']);
          });
        });
        fake.at(due + 50, () => {
          fake.server.say({ action: Action.detached, channel: 'a' });
          expect([asked(fake), state(fake)]).to.deep.equal([
            [attach, ...[0, ...retries].map(() => detach)],
            'detached',
          ]);
        });
      }),
    );
    it(
      'RTL5f: an unanswered detach is not tried again once there is a subscriber, and is sent anew when that one has left',
      life(codec, { until: 40_000, detachGrace: 20, realtimeRequestTimeout: 100 }, (fake) => {
        abandoned(fake);
        fake.at(200, () => {
          const lease = fake.client.channel('a').messages$.subscribe();
          fake.at(29_800, () => {
            expect([asked(fake), state(fake)]).to.deep.equal([[attach, detach], 'attached']);
            lease.unsubscribe();
          });
        });
        fake.at(30_025, () => {
          expect([asked(fake), state(fake)]).to.deep.equal([[attach, detach, detach], 'detaching']);
        });
      }),
    );
    it(
      'RTL5f, RTL5l: an unanswered detach is sent at once on the next transport, where the connection is lost before the retry',
      lives((fake) => {
        abandoned(fake);
        fake.at(200, () => {
          fake.server.drop();
          expect(state(fake)).to.equal('detached');
          fake.server.welcome();
          expect([asked(fake), state(fake)]).to.deep.equal([[detach], 'detached']);
        });
      }),
    );
    it(
      'RTL5f: who is still subscribed when a detach() is not answered goes on as before, also after a reconnect',
      life(codec, { until: 100_000, detachGrace: 20, realtimeRequestTimeout: 100 }, (fake) => {
        const heard: unknown[] = [];
        const say = (data: string): void => {
          fake.server.say({ action: Action.message, channel: 'a', messages: [{ data }] });
        };
        fake.at(0, () => {
          fake.client.channel('a').messages$.subscribe(({ data }) => heard.push(data));
          fake.server.welcome('id-1', { connectionDetails: { connectionKey: 'k', maxIdleInterval: 0 } });
          fake.server.attached('a');
          fake.client.channel('a').detach().catch(ignore);
        });
        fake.at(90_000, () => {
          say('still here');
          expect([asked(fake), state(fake)]).to.deep.equal([[attach, detach], 'attached']);
          fake.server.drop();
          fake.server.welcome();
          fake.server.attached('a');
          say('again');
          expect([asked(fake), state(fake)]).to.deep.equal([[attach], 'attached']);
          expect(heard).to.deep.equal(['still here', 'again']);
        });
      }),
    );
    it(
      'RTL5f, RTN19b: where the connection was lost meanwhile, who is still subscribed is attached anew',
      lives((fake) => {
        const ended: unknown[] = [];
        fake.at(0, () => {
          fake.client.channel('a').messages$.subscribe();
          fake.server.welcome();
          fake.server.attached('a');
          fake.client.channel('a').detach().catch(ignore);
          fake.client
            .channel('a')
            .changes$.subscribe(({ current, reason }) => ended.push([current, reason?.code]));
          fake.server.drop();
          fake.server.welcome();
        });
        fake.at(101, () => {
          expect([asked(fake), ended]).to.deep.equal([[detach, attach], [['attaching', 90007]]]);
        });
      }),
    );
    it(
      'RTL5i, RTL4f: whoever leaves while it is attached anew leaves for good, though that is not answered',
      lives((fake) => {
        fake.at(0, () => {
          const lease = fake.client.channel('a').messages$.subscribe();
          fake.server.welcome();
          fake.server.attached('a');
          fake.server.drop();
          fake.server.welcome();
          lease.unsubscribe();
        });
        fake.at(101, () => {
          expect([asked(fake), state(fake)]).to.deep.equal([[attach, detach], 'detaching']);
          fake.server.say({ action: Action.detached, channel: 'a' });
        });
        fake.at(500, () => {
          expect([asked(fake), state(fake)]).to.deep.equal([[attach, detach], 'detached']);
        });
      }),
    );
    it(
      'RTL4, RTL13b: attach() on a suspended channel tries at once, also where it has been called before, and holds one lease',
      lives((fake) => {
        const channel = fake.client.channel('a');
        fake.at(0, () => {
          channel.attach().catch(ignore);
          fake.server.welcome();
        });
        fake.at(150, () => {
          expect([asked(fake), state(fake)]).to.deep.equal([[attach], 'suspended']);
          channel.attach().catch(ignore);
          expect([asked(fake), state(fake)]).to.deep.equal([[attach, attach], 'attaching']);
          fake.server.attached('a');
          void channel.detach();
          fake.server.say({ action: Action.detached, channel: 'a' });
          const lease = channel.messages$.subscribe();
          fake.server.attached('a');
          lease.unsubscribe();
        });
        fake.at(180, () => {
          expect(asked(fake).slice(2)).to.deep.equal([detach, attach, detach]);
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

    for (const [what, wish] of [
      ['what attach() holds', ({ client }: FakeAbly) => void client.channel('a').attach().catch(ignore)],
      ['whoever is subscribed', ({ client }: FakeAbly) => void client.channel('a').messages$.subscribe()],
    ] as const) {
      it(
        `RTL5a, RTL5: detach() on a channel that was detached with its connection lets go of ${what}`,
        lives((fake) => {
          const seen: unknown[] = [];
          fake.at(0, () => {
            wish(fake);
            fake.server.welcome();
            fake.server.attached('a');
            void fake.client.close();
            fake.server.say({ action: Action.closed });
            fake.client.channel('a').changes$.subscribe(({ current }) => seen.push(current));
            void fake.client.channel('a').detach();
            expect([state(fake), seen]).to.deep.equal(['detached', []]);
            fake.client.connect();
            fake.server.welcome('id-2');
            expect([asked(fake), state(fake)]).to.deep.equal([[], 'initialized']);
            wish(fake);
            expect([asked(fake), state(fake)]).to.deep.equal([[attach], 'attaching']);
          });
        }),
      );
      it(
        `RTL5a, RTN11d: detach() on a channel that a new connection made initialized again lets go of ${what}`,
        lives((fake) => {
          fake.at(0, () => {
            wish(fake);
            fake.server.welcome();
            fake.server.attached('a');
            void fake.client.close();
            fake.server.say({ action: Action.closed });
            fake.client.connect();
            expect(state(fake)).to.equal('initialized');
            void fake.client.channel('a').detach();
            fake.server.welcome('id-2');
            expect([asked(fake), state(fake)]).to.deep.equal([[], 'initialized']);
          });
        }),
      );
    }
    it(
      'RTL5a, RTL4: one attach() is given back by one detach(), also where it was called twice without a connection',
      lives((fake) => {
        fake.at(0, () => {
          void fake.client.channel('a').attach().catch(ignore);
          fake.server.welcome();
          fake.server.attached('a');
          void fake.client.close();
          fake.server.say({ action: Action.closed });
          void fake.client.channel('a').detach();
          void fake.client.channel('a').detach();
          fake.client.connect();
          fake.server.welcome('id-2');
          const lease = fake.client.channel('a').messages$.subscribe();
          fake.server.attached('a');
          lease.unsubscribe();
        });
        fake.at(21, () => {
          expect([asked(fake), state(fake)]).to.deep.equal([[attach, detach], 'detaching']);
        });
      }),
    );

    for (const times of [1, 2])
      it(
        `RTL13a, RTL13c, RTL3b: detached by the server ${times} times while the connection is being closed, it is not attached on it`,
        life(codec, { until: 100_000, realtimeRequestTimeout: 100 }, (fake) => {
          fake.at(0, () => {
            fake.client.channel('a').messages$.subscribe();
            fake.server.welcome();
            fake.server.attached('a');
            void fake.client.close();
            for (let time = 0; time < times; time += 1)
              fake.server.say({ action: Action.detached, channel: 'a' });
            fake.server.say({ action: Action.closed });
          });
          fake.at(90_000, () => {
            expect(asked(fake).filter((frame) => String(frame) === String(attach))).to.have.length(1);
            expect(state(fake)).to.equal(times === 1 ? 'detached' : 'suspended');
            fake.client.connect();
            fake.server.welcome('id-2');
            expect([asked(fake), state(fake)]).to.deep.equal([[attach], 'attaching']);
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
      'RTL4g: a lease on a failed channel that is kept attaches as soon as there is a connection',
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
      'RTL4g, RTL3d: a lease on a failed channel that is taken while the connection is suspended attaches once it is connected',
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
