import * as Ably from 'ably';
import { expect } from 'chai';
import { EMPTY, filter, firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { Action } from '../../lib/ably/wire/actions.js';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { ended } from '../support/official-ably.js';

const bytes = Buffer.from([0, 1, 254, 255]);

for (const useBinaryProtocol of [false, true]) {
  describe(`the official client against the emulator, in ${useBinaryProtocol ? 'MessagePack' : 'JSON'}`, () => {
    const clients: Ably.Realtime[] = [];
    let server: ListeningEmulator;
    const client = (options: Ably.ClientOptions = {}): Ably.Realtime => {
      const { key, host, port } = server;
      const where = { key, endpoint: host, port, tls: false, fallbackHosts: [] };
      const made = new Ably.Realtime({ ...where, useBinaryProtocol, logLevel: 0, ...options });
      clients.push(made);
      return made;
    };
    const received = (channel: Ably.RealtimeChannel, count: number): Promise<Ably.InboundMessage[]> =>
      new Promise((resolve) => {
        const messages: Ably.InboundMessage[] = [];
        void channel.subscribe((message) => {
          if (messages.push(message) === count) resolve(messages);
        });
      });

    beforeEach(async () => {
      server = await listen();
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map(ended));
      await server.close();
    });

    it('connects, pings, tells the time and closes', async () => {
      const realtimeRequestTimeout = 500; // the official client keeps a timer this long after each ping
      const { connection, time } = client({ clientId: 'ann', realtimeRequestTimeout });
      await connection.once('connected');
      const before = Date.now();
      expect(await connection.ping()).within(0, Date.now() - before + 1);
      expect(await time.call(clients[0])).within(before, Date.now());
      expect(clients[0]?.auth.clientId).equal('ann');
      const seen = server.emulator.connections[0]?.received$ ?? EMPTY;
      const last = lastValueFrom(seen);
      connection.close();
      await connection.once('closed');
      expect((await last).action).equal(Action.close);
      expect(server.emulator.connections).length(0);
    });

    it('attaches with modes and params, and detaches', async () => {
      const channel = client().channels.get('chat', { modes: ['SUBSCRIBE'], params: { rewind: '1' } });
      await channel.attach();
      expect([channel.modes, channel.params]).deep.equal([['subscribe'], { rewind: '1' }]);
      await channel.detach();
      expect(channel.state).equal('detached');
    });

    it('publishes strings, objects and bytes, and receives them as they were', async () => {
      const channel = client().channels.get('chat');
      await channel.attach();
      const messages = received(channel, 4);
      const results = [
        await channel.publish('text', 'hello'),
        await channel.publish('object', { deep: [1, 'two'] }),
        await channel.publish('bytes', bytes),
        await channel.publish({ name: 'nothing', extras: { headers: { a: 'b' } } }),
      ];
      const inbound = await messages;
      expect(inbound.map(({ name, data }) => [name, data])).deep.equal([
        ['text', 'hello'],
        ['object', { deep: [1, 'two'] }],
        ['bytes', bytes],
        ['nothing', undefined],
      ]);
      expect(inbound[3]?.extras).deep.equal({ headers: { a: 'b' } });
      expect(results.map(({ serials }) => serials[0])).deep.equal(inbound.map(({ serial }) => serial));
    });

    it('carries bytes to a client of the other format', async () => {
      const other = client({ useBinaryProtocol: !useBinaryProtocol }).channels.get('chat');
      await other.attach();
      const message = received(other, 1);
      await client().channels.get('chat').publish('bytes', bytes);
      expect((await message)[0]?.data).deep.equal(bytes);
    });

    it('does not echo to a client that wants none', async () => {
      const quiet = client({ echoMessages: false }).channels.get('chat');
      await quiet.attach();
      const message = received(quiet, 1);
      await quiet.publish('own', 'x');
      server.emulator.publish('chat', { name: 'server', data: { any: 1 } });
      expect((await message).map(({ name, data }) => [name, data])).deep.equal([['server', { any: 1 }]]);
    });

    it('pages through the history both ways', async () => {
      const channel = client().channels.get('chat');
      for (const data of ['1', '2', '3', bytes]) await channel.publish('n', data);
      const first = await channel.history({ limit: 3 });
      expect(first.items.map(({ data }) => data as unknown)).deep.equal([bytes, '3', '2']);
      const second = await first.next();
      expect(second?.items.map(({ data }) => data as unknown)).deep.equal(['1']);
      expect([first.hasNext(), second?.hasNext()]).deep.equal([true, false]);
      const forwards = await channel.history({ direction: 'forwards', limit: 1 });
      expect(forwards.items[0]?.data).equal('1');
    });

    it('RTL10b: tells the history until the attachment', async () => {
      const channel = client().channels.get('chat');
      await channel.publish('before', 'x');
      await channel.attach();
      await channel.publish('after', 'x');
      const { items } = await channel.history({ untilAttach: true });
      expect(items.map(({ name }) => name)).deep.equal(['before']);
    });

    it('takes a token, for the connection and for REST', async () => {
      const { issueToken } = server.emulator;
      const realtime = client({ key: '', token: issueToken().token });
      const channel = realtime.channels.get('chat');
      await channel.publish('a', 'b');
      expect((await channel.history()).items).length(1);
      await realtime.auth.authorize({}, { token: issueToken().token });
      expect(realtime.connection.state).equal('connected');
    });

    it('publishes over REST to all attachments', async () => {
      const channel = client().channels.get('chat');
      await channel.attach();
      const message = received(channel, 1);
      const { key, host: endpoint, port } = server;
      const rest = new Ably.Rest({ key, endpoint, port, tls: false, useBinaryProtocol, logLevel: 0 });
      const { serials } = await rest.channels.get('chat').publish('rest', { a: 1 });
      const [inbound] = await message;
      expect([inbound?.data, inbound?.serial]).deep.equal([{ a: 1 }, serials[0]]);
    });

    it('resumes after a drop, with the messages missed in between', async () => {
      const realtime = client();
      const channel = realtime.channels.get('chat');
      await channel.attach();
      const messages = received(channel, 3);
      const { id } = realtime.connection;
      server.emulator.publish('chat', { name: 'before' });
      server.emulator.connections[0]?.drop();
      server.emulator.publish('chat', [{ name: 'missed' }, { name: 'missed too' }]);
      expect((await messages).map(({ name }) => name)).deep.equal(['before', 'missed', 'missed too']);
      expect(realtime.connection.id).equal(id);
    });

    it('learns of lost continuity after forget()', async () => {
      const realtime = client();
      const channel = realtime.channels.get('chat');
      await channel.attach();
      const { id } = realtime.connection;
      server.emulator.connections[0]?.forget();
      server.emulator.connections[0]?.drop();
      const { resumed, reason } = await channel.once('attached');
      expect([resumed, reason?.code]).deep.equal([false, 90003]);
      expect(realtime.connection.id).not.equal(id);
    });

    it('is refused with the errors of a NACK, and of a wrong key', async () => {
      const channel = client().channels.get('chat');
      await channel.attach();
      server.emulator.connections[0]?.nack({ code: 42_910, statusCode: 429, message: 'slow down' });
      const refused = await channel.publish('a', 'b').catch((error: unknown) => error);
      expect((refused as Ably.ErrorInfo).code).equal(42_910);
      const stranger = client({ key: 'app.key:wrong' });
      const { reason } = await stranger.connection.once('failed');
      expect(reason?.code).equal(40_101);
    });

    it('sends again what was not acknowledged, which is delivered once', async () => {
      const channel = client().channels.get('chat');
      await channel.attach();
      const messages = received(channel, 1);
      const [connection] = server.emulator.connections;
      connection?.holdAcks(true);
      const published = channel.publish('once', 'x');
      await messages;
      connection?.drop();
      const { serials } = await published;
      expect((await channel.history()).items.map(({ serial }) => serial)).deep.equal(serials);
    });

    it('shows the frames of a connection', async () => {
      const realtime = client();
      await realtime.connection.once('connected');
      const [connection] = server.emulator.connections;
      if (!connection) throw new Error('The client is connected, but the emulator lists no connection.');
      const sent = firstValueFrom(connection.sent$.pipe(take(2), toArray()));
      const attach = firstValueFrom(
        connection.received$.pipe(filter(({ action }) => action === Action.attach)),
      );
      await realtime.channels.get('chat').attach();
      await realtime.channels.get('chat').detach();
      expect((await attach).channel).equal('chat');
      expect((await sent).map(({ action }) => action)).deep.equal([Action.attached, Action.detached]);
    });
  });
}
