import { expect } from 'chai';
import { of } from 'rxjs';
import { inMemory } from '../../../lib/emulator/index.js';
import { RealtimeClient } from '../../../lib/index.js';
import { impatient } from '../../support/chaos/impatient.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';
import { codecs } from '../../support/fake-ably.js';

for (const codec of codecs)
  describe(`the echo of an own member, ${codec.format}`, () => {
    it('RTP17b: does not bring back one whose LEAVE is under way and is then refused with its channel', async () => {
      const clock = new VirtualClock();
      const { emulator, webSocketCtor, key } = inMemory({ scheduler: clock, latency: 5 });
      const client = new RealtimeClient({
        ...{ ...impatient, key, codec, clientId: 'ann', scheduler: clock, webSocketCtor },
      });
      const { presence } = client.channel('a');
      const held = presence.hold(of('1')).subscribe();
      await clock.runTo(60);
      const [connection] = emulator.connections;
      presence.update('2').catch(() => undefined);
      await clock.runTo(67); // the server has it, and its echo is on the way
      expect(emulator.presence('a').members.map(({ data }) => data)).to.deep.equal(['2']);
      held.unsubscribe();
      connection?.detach('a');
      await clock.runTo(20_000);
      expect(emulator.presence('a').members).to.deep.equal([]);
      expect(connection?.channels).to.deep.equal([]); // held by nobody
      void client.dispose();
      await clock.runTo(30_000);
      emulator.dispose();
    });
  });
