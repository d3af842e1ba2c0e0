import { expect } from 'chai';
import type { Subscription } from 'rxjs';
import type { RealtimeChannel } from '../../../lib/ably/client/channel.js';
import { Action } from '../../../lib/ably/wire/actions.js';
import type { Codec } from '../../../lib/codec/codec.js';
import { vcdiff } from '../../../lib/vcdiff.js';
import { channelServer, type Delay } from '../../support/channel-server.js';
import { codecs, fakeAbly } from '../../support/fake-ably.js';
import { knownToFail } from '../../support/known-to-fail.js';
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

      knownToFail(
        `RTL5: a channel that the server never let go of is detached there too, when it is given up while suspended, by ${way}`,
        'issue 14, item 11',
        () => {
          expect(life().serverHas).to.deep.equal([]);
        },
      );
    }
  });
