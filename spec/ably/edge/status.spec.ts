import { expect } from 'chai';
import { RealtimeClient } from '../../../lib/index.js';
import { statusOf } from '../../../lib/rest.js';
import { codecs } from '../../support/fake-ably.js';
import { answerIn, restWorld } from '../../support/rest-world.js';
import { rejectionOf } from '../../support/thrown.js';

for (const codec of codecs)
  describe(`the status of a channel, ${codec.format}`, () => {
    it('RSL8, RSL8a, CHD1, CHD2a, CHD2b, CHS1, CHS2a, CHS2b, CHO1, CHO2a, CHM1, CHM2a, CHM2b, CHM2c, CHM2d, CHM2e, CHM2f, CHM2g, CHM2h: tells how many are on it', async () => {
      const { client, emulator, sent } = restWorld(codec);
      emulator.presence('a b').enter({ clientId: 'ann' });
      const { channelId, status } = await statusOf(client.channel('a b'));
      expect([channelId, status.isActive]).to.deep.equal(['a b', true]);
      expect(status.occupancy.metrics).to.deep.equal({
        ...{ connections: 0, publishers: 0, subscribers: 0, presenceConnections: 0, presenceMembers: 1 },
        ...{ presenceSubscribers: 0, objectPublishers: 0, objectSubscribers: 0 },
      });
      expect(sent.map(({ method, path }) => [method, path])).to.deep.equal([['GET', '/channels/a%20b']]);
    });

    it('RSL8: is told of a channel with a connection, and rejects where the answer is another', async () => {
      const { fetch, key, webSocketCtor } = restWorld(codec);
      const options = { key, endpoint: 'localhost', tls: false, codec, fetch, webSocketCtor };
      const client = new RealtimeClient({ ...options, log: () => undefined });
      expect((await statusOf(client.channel('a'))).channelId).to.equal('a');
      await client.dispose();
      const odd = restWorld(codec, { answering: () => answerIn(codec, []) });
      expect(await rejectionOf(statusOf(odd.client.channel('a')))).to.include({ code: 50000 });
    });
  });
