import { expect } from 'chai';
import type { Subscription } from 'rxjs';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { Codec } from '../../../lib/codec/codec.js';
import { vcdiff } from '../../../lib/vcdiff.js';
import { channelServer, type Delay } from '../../support/channel-server.js';
import { asked, codecs, type FakeAbly, fakeAbly, livesOf } from '../../support/fake-ably.js';
import { ignore } from '../../support/ignore.js';
import { virtually } from '../../support/virtual-time.js';

/** Makes the client attach again (RTL18), since it has nothing to undo the delta against. */
const brokenDelta = {
  ...{ action: Action.message, channel: 'a', id: 'm' },
  messages: [{ data: 'x', encoding: 'vcdiff' }],
};
const requestTimeout = 100;

/** Has a channel attached, then an ATTACH that is given up unanswered, and then `giveUp` before it is sent again. */
function givenUp(codec: Codec, giveUp: (channel: RealtimeChannel, lease: Subscription) => void) {
  const states: string[] = [];
  let serverHas: readonly string[] = [];
  virtually(({ scheduler, flush }) => {
    const answers: Delay[] = [1, 1, 'never']; // CONNECTED, ATTACHED, and nothing for the ATTACH that follows
    const server = channelServer({
      ...{ codec, scheduler, requestTimeout },
      delay: () => answers.shift() ?? 1,
    });
    const { client } = fakeAbly(codec, {
      ...{ scheduler, vcdiff, webSocketCtor: server.ctor, detachGrace: 20 },
      ...{ realtimeRequestTimeout: requestTimeout, channelRetryTimeout: 50 },
    });
    const channel = client.channel('a');
    channel.changes$.subscribe(({ current }) => states.push(`${scheduler.now()} ${current}`));
    const lease = channel.messages$.subscribe();
    scheduler.schedule(() => server.sockets[0]?.say(brokenDelta), 10);
    scheduler.schedule(() => {
      giveUp(channel, lease);
    }, 120);
    scheduler.schedule(() => {
      serverHas = [...(server.sockets[0]?.attached ?? [])];
      void client.dispose();
    }, 1500);
    flush();
  })();
  return { states, serverHas };
}

const ways = [
  ['detach()', (channel: RealtimeChannel): void => void channel.detach(), '120 detached'],
  [
    'the end of its last lease',
    (_: RealtimeChannel, lease: Subscription) => lease.unsubscribe(),
    '140 detached',
  ],
] as const;

for (const codec of codecs)
  describe(`a channel given up while it waits for its next ATTACH, ${codec.format}`, () => {
    for (const [way, giveUp, end] of ways) {
      const life = () => givenUp(codec, giveUp);

      it(`RTL18, RTL4f, RTL5j: is suspended when its ATTACH is not answered, and detached by ${way}`, () => {
        const path = ['0 attaching', '2 attached', '10 attaching', '110 suspended', end];
        expect(life().states).to.deep.equal(path);
      });

      it(`RTL5j, RTL5k: one that the server never let go of is detached there too, when it is given up while suspended, by ${way}`, () => {
        expect(life().serverHas).to.deep.equal([]);
      });
    }
  });

for (const codec of codecs)
  describe(`a channel given up without a connection, ${codec.format}`, () => {
    const lives = livesOf(codec, { detachGrace: 20, clientId: 'me' });
    const [attach, detach, presence] = ['ATTACH a', 'DETACH a', 'PRESENCE a'];
    const begin = ({ client, server }: FakeAbly) => {
      const channel = client.channel('a');
      const lease = channel.messages$.subscribe();
      server.welcome();
      server.attached('a');
      return { channel, lease };
    };
    const detached = { action: Action.detached, channel: 'a' };

    for (const [way, giveUp] of [
      ['`detach()`', ({ client }) => void client.channel('a').detach()],
      ['`releaseChannel()`', ({ client }) => void client.releaseChannel('a')],
      [
        '`detach()`, then `releaseChannel()`',
        ({ client }) => {
          void client.channel('a').detach();
          void client.releaseChannel('a');
        },
      ],
    ] as readonly (readonly [string, (fake: FakeAbly) => void])[])
      it(
        `RTL5l: by ${way}, is detached on the next transport of the connection, once`,
        lives(1, (fake) => {
          fake.at(0, () => {
            begin(fake);
            fake.server.drop();
            giveUp(fake);
            fake.server.welcome();
            expect(asked(fake)).to.deep.equal([detach]);
            fake.server.say(detached);
            fake.server.drop();
            fake.client.connect();
            fake.server.welcome();
            expect(asked(fake)).to.deep.equal([]);
          });
        }),
      );

    it(
      'RTL5l: likewise where its first ATTACH may have been heard',
      lives(1, (fake) => {
        fake.at(0, () => {
          fake.client.channel('a').attach().catch(ignore);
          fake.server.welcome();
          fake.server.drop();
          void fake.client.channel('a').detach();
          fake.server.welcome();
          expect(asked(fake)).to.deep.equal([detach]);
        });
      }),
    );

    it(
      'RTL5l: by the end of its last lease, likewise; again on each transport until that is confirmed',
      lives(100, (fake) => {
        fake.at(0, () => {
          const { lease } = begin(fake);
          fake.server.drop();
          lease.unsubscribe();
        });
        fake.at(21, () => {
          fake.server.welcome();
          expect(asked(fake)).to.deep.equal([detach]);
          fake.server.drop();
        });
        fake.at(50, () => {
          fake.server.drop();
          fake.client.connect();
          fake.server.welcome();
          expect(asked(fake)).to.deep.equal([detach]);
          fake.server.say(detached);
        });
      }),
    );

    it(
      'RTL5l: is not told to another connection, which has never heard of it',
      lives(1, (fake) => {
        fake.at(0, () => {
          const { channel } = begin(fake);
          fake.server.drop();
          void channel.detach();
          fake.server.welcome('id-2');
          expect(asked(fake)).to.deep.equal([]);
        });
      }),
    );

    it(
      'RTL5l, RTP5a: whoever comes back meanwhile finds no member there: the server detaches it before it attaches it',
      lives(1, (fake) => {
        fake.at(0, () => {
          const { client, server } = fake;
          const { channel } = begin(fake);
          channel.presence.enter().catch(ignore);
          server.say({ action: Action.ack, msgSerial: 0, count: 1 });
          server.drop();
          void channel.detach();
          client.channel('a').messages$.subscribe();
          const states: string[] = [];
          channel.changes$.subscribe(({ current }) => states.push(current));
          server.welcome();
          expect(asked(fake)).to.deep.equal([detach]);
          server.say(detached);
          server.attached('a');
          expect(asked(fake)).to.deep.equal([detach, attach]);
          expect(states).to.deep.equal(['attached']);
          channel.presence.enter().catch(ignore);
          expect(asked(fake).at(-1)).to.equal(presence);
        });
      }),
    );
  });
