import * as Ably from 'ably';
import { expect } from 'chai';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';

for (const useBinaryProtocol of [false, true]) {
  describe(`the official Rest client against the emulator, in ${useBinaryProtocol ? 'MessagePack' : 'JSON'}`, () => {
    let server: ListeningEmulator;
    let rest: Ably.Rest;

    beforeEach(async () => {
      server = await listen({ capabilities: { 'app.key': { '*': ['*'] } } });
      const { key, host, port } = server;
      const where = { endpoint: host, port, tls: false, fallbackHosts: [] };
      rest = new Ably.Rest({ ...where, key, useBinaryProtocol, logLevel: 0 });
    });
    afterEach(() => server.close());

    const limited = (capability: Record<string, string[]>): Ably.Rest => {
      const { host, port, emulator } = server;
      const { token } = emulator.issueToken({ capability });
      const where = { endpoint: host, port, tls: false, fallbackHosts: [] };
      return new Ably.Rest({ ...where, token, useBinaryProtocol, logLevel: 0 });
    };

    it('RSC22: publishes a batch, and hears what was refused on which channel', async () => {
      const all = await rest.batchPublish([
        { channels: ['a', 'b'], messages: [{ name: 'n', data: { any: 1 } }, { data: 'text' }] },
        { channels: ['c'], messages: [{ data: 'x' }] },
      ]);
      expect(all.map(({ successCount, failureCount }) => [successCount, failureCount])).deep.equal([
        [2, 0],
        [1, 0],
      ]);
      const { items } = await rest.channels.get('b').history({ direction: 'forwards' });
      expect(items.map(({ data }) => data as unknown)).deep.equal([{ any: 1 }, 'text']);
      const some = await limited({ a: ['publish'] }).batchPublish({
        channels: ['a', 'b'],
        messages: [{ data: 'x' }],
      });
      expect(some).include({ successCount: 1, failureCount: 1 });
      expect(some.results[0]).include({ channel: 'a' }).property('messageId').match(/:0$/);
      expect(some.results[1]).nested.include({ channel: 'b', 'error.code': 40160 });
    });

    it('RSC24: asks for the members of many channels', async () => {
      server.emulator.presence('a').enter([{ clientId: 'ann', data: 'x' }, { clientId: 'bob' }]);
      const answer: unknown = await limited({ a: ['presence'], b: ['presence'] }).batchPresence([
        'a',
        'b',
        'c',
      ]);
      const { successCount, failureCount, results } = answer as Ably.BatchResult<unknown>; // its type says an array, RSC24 does not
      expect([successCount, failureCount]).deep.equal([2, 1]);
      const [inA, inB, inC] = results as Ably.BatchPresenceSuccessResult[];
      expect(inA?.presence.map(({ clientId, data }) => [clientId, data as unknown])).deep.equal([
        ['ann', 'x'],
        ['bob', undefined],
      ]);
      expect(inB).deep.equal({ channel: 'b', presence: [] });
      expect(inC).nested.include({ channel: 'c', 'error.code': 40160 });
    });

    it('RSC6: asks for statistics, of which there are none', async () => {
      const page = await rest.stats({ unit: 'hour', limit: 10, direction: 'forwards' });
      expect([page.items, page.hasNext()]).deep.equal([[], false]);
    });

    it('RSL8: asks for the status of a channel', async () => {
      server.emulator.presence('a').enter({ clientId: 'ann' });
      const { channelId, status } = await rest.channels.get('a').status();
      expect([channelId, status.isActive]).deep.equal(['a', true]);
      expect(status.occupancy.metrics).deep.equal({
        ...{ connections: 0, publishers: 0, subscribers: 0, presenceConnections: 0, presenceMembers: 1 },
        ...{ presenceSubscribers: 0, objectPublishers: 0, objectSubscribers: 0 },
      });
    });

    it('RSC19: lists the channels in pages', async () => {
      for (const channel of ['x:1', 'x:2', 'x:3', 'y']) server.emulator.publish(channel, { data: 'x' });
      const first = await rest.request<string>('get', '/channels', 4, { prefix: 'x:', limit: 2 });
      const second = await first.next();
      expect([first.items, second?.items]).deep.equal([['x:1', 'x:2'], ['x:3']]);
      expect([first.hasNext(), second?.hasNext()]).deep.equal([true, false]);
      const refused = await limited({ a: ['*'] }).request('get', '/channels', 4);
      expect([refused.success, refused.statusCode, refused.errorCode]).deep.equal([false, 401, 40160]);
    });
  });
}
