import { expect } from 'chai';
import { inMemory } from '../../../lib/emulator/index.js';
import { RealtimeClient } from '../../../lib/index.js';
import { impatient } from '../../support/chaos/impatient.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';
import { codecs } from '../../support/fake-ably.js';

for (const codec of codecs)
  describe(`messages with their past, ${codec.format}`, () => {
    it('RTL10b, RTL12: read what a close() hid from them before they go on live, also where the past was there before the next ATTACHED', async () => {
      const clock = new VirtualClock();
      const { emulator, webSocketCtor, fetch, key } = inMemory({ scheduler: clock, latency: 5 });
      const publish = (data: string): void => emulator.publish('a', { name: 'n', data });
      for (const data of ['1', '2', '3']) publish(data);
      let answer = (): void => undefined;
      const isAnswered = new Promise<void>((resolve) => (answer = resolve));
      const late: typeof fetch = async (...request) => {
        const response = await fetch(...request);
        await isAnswered;
        return response;
      };
      const client = new RealtimeClient({
        ...{ ...impatient, key, codec, fetch: late, scheduler: clock, webSocketCtor },
      });
      const told: unknown[] = [];
      const channel = client.channel('a');
      channel.discontinuities$.subscribe(() => told.push('gap'));
      channel.messages('n', { history: 'untilAttach' }).subscribe(({ data }) => told.push(data));
      await clock.runTo(1000);
      void client.close();
      await clock.runTo(2000);
      answer();
      await new Promise((resolve) => setImmediate(resolve));
      await clock.runTo(3000);
      expect(told).to.deep.equal(['gap', '1', '2', '3']);
      publish('4');
      client.connect();
      await clock.runTo(4000);
      publish('5');
      for (const until of [5000, 6000]) {
        await new Promise((resolve) => setImmediate(resolve)); // answers to requests come in real time
        await clock.runTo(until);
      }
      expect(told).to.deep.equal(['gap', '1', '2', '3', '4', '5']);
      void client.dispose();
      await clock.runTo(10_000);
      emulator.dispose();
    });
  });
