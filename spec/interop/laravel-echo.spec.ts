import Ably1 from 'ably-1';
import { expect } from 'chai';
import { createRequire } from 'node:module';
import { type Capability, listen, type ListeningEmulator } from '../../lib/emulator/index.js';

type Listener = (...words: readonly unknown[]) => void;

/** The parts of Echo's channels that are used here; its own types are those of all broadcasters. */
interface EchoChannel {
  readonly name: string;
  listen(event: string, listener: Listener): EchoChannel;
  listenForWhisper(event: string, listener: Listener): EchoChannel;
  stopListening(event: string, listener?: Listener): EchoChannel;
  notification(listener: Listener): EchoChannel;
  subscribed(listener: Listener): EchoChannel;
  error(listener: Listener): EchoChannel;
  whisper(event: string, data: unknown, done: Listener): EchoChannel;
  here(listener: (members: readonly unknown[]) => void): EchoChannel;
  joining(listener: Listener): EchoChannel;
  leaving(listener: Listener): EchoChannel;
}
interface Echo {
  readonly connector: { readonly ably: Ably1.Types.RealtimeCallbacks };
  channel(name: string): EchoChannel;
  private(name: string): EchoChannel;
  join(name: string): EchoChannel;
  leave(name: string): void;
  leaveChannel(name: string): void;
  socketId(): string;
  disconnect(): void;
}
const { default: EchoClass } = createRequire(import.meta.url)('@ably/laravel-echo') as {
  readonly default: new (options: object) => Echo;
};

/** Resolves with what a listener is called with first. */
const called = (listenWith: (listener: Listener) => unknown): Promise<readonly unknown[]> =>
  new Promise((resolve) => {
    listenWith((...words) => resolve(words));
  });

for (const useBinaryProtocol of [false, true]) {
  describe(`@ably/laravel-echo against the emulator, in ${useBinaryProtocol ? 'MessagePack' : 'JSON'}`, () => {
    const echoes: Echo[] = [];
    let server: ListeningEmulator;

    /** Gives tokens as Laravel's broadcaster does: for public channels, and one for each channel that was asked for. */
    const echoOf = async (clientId: string, refused: readonly string[] = []): Promise<Echo> => {
      const { host, port, emulator } = server;
      const capability: Record<string, string[]> = {
        'public:*': ['subscribe', 'history', 'channel-metadata'],
      };
      const requestTokenFn = (channel: string | null): Promise<object> => {
        if (channel !== null && refused.includes(channel)) return Promise.reject(new Error('403'));
        if (channel !== null) capability[channel] = ['*'];
        const token = emulator.issueJwt({ clientId, capability: capability as Capability });
        return Promise.resolve({ token, info: { name: clientId } });
      };
      const where = { realtimeHost: host, restHost: host, port, tls: false, fallbackHosts: [] };
      const quiet = { log: { level: 0 }, agents: {} };
      const echo = new EchoClass({
        ...{ broadcaster: 'ably', ...where, ...quiet, useBinaryProtocol, requestTokenFn },
      });
      echoes.push(echo);
      return echo;
    };
    const attached = (channel: EchoChannel): Promise<unknown> =>
      called((listener) => channel.subscribed(listener));
    /** Publishes as Laravel does. */
    const broadcast = (channel: string, event: string, data: unknown): void =>
      server.emulator.publish(channel, { name: `App\\Events\\${event}`, data });

    beforeEach(async () => {
      (globalThis as { Ably?: unknown }).Ably = Ably1;
      server = await listen();
    });
    afterEach(async () => {
      for (const echo of echoes.splice(0)) {
        const { connection } = echo.connector.ably;
        const closed = called((listener) => connection.once('closed', listener));
        echo.disconnect();
        await closed;
      }
      await server.close();
      delete (globalThis as { Ably?: unknown }).Ably;
    });

    it('hears events on a public channel, until it stops listening', async () => {
      const channel = (await echoOf('ann')).channel('orders');
      await attached(channel);
      const heard: unknown[] = [];
      const shipped: Listener = (data) => heard.push(data);
      channel.listen('Shipped', shipped);
      const first = called((listener) => channel.listen('Marked', listener));
      broadcast('public:orders', 'Shipped', { id: 1 });
      broadcast('public:orders', 'Marked', {});
      await first;
      channel.stopListening('Shipped', shipped);
      const second = called((listener) => channel.listen('Done', listener));
      broadcast('public:orders', 'Shipped', { id: 2 });
      broadcast('public:orders', 'Done', {});
      await second;
      expect([channel.name, heard]).deep.equal(['public:orders', [{ id: 1 }]]);
    });

    it('asks for the right to a private channel, and hears events and notifications there', async () => {
      const channel = (await echoOf('ann')).private('orders.1');
      await attached(channel);
      const event = called((listener) => channel.listen('.shipped', listener));
      const notified = called((listener) => channel.notification(listener));
      server.emulator.publish('private:orders.1', { name: 'shipped', data: { id: 1 } });
      server.emulator.publish('private:orders.1', {
        name: 'Illuminate\\Notifications\\Events\\BroadcastNotificationCreated',
        data: { paid: true },
      });
      expect([(await event)[0], (await notified)[0]]).deep.equal([{ id: 1 }, { paid: true }]);
    });

    it('gets the right to one channel after another on one connection', async () => {
      const echo = await echoOf('ann');
      const channels = ['one', 'two', 'three'].map((name) => echo.private(name));
      await Promise.all(channels.map(attached));
      expect(server.emulator.connections.map(({ channels: names }) => [...names].sort())).deep.equal([
        ['private:one', 'private:three', 'private:two'],
      ]);
    });

    it('says where the right was refused', async () => {
      const channel = (await echoOf('ann', ['private:secret'])).private('secret');
      const [error] = await called((listener) => channel.error(listener));
      expect(String(error)).contain('403');
    });

    it('whispers to others on a private channel, and not to itself', async () => {
      const [ann, bob] = [(await echoOf('ann')).private('chat'), (await echoOf('bob')).private('chat')];
      await Promise.all([attached(ann), attached(bob)]);
      const own: unknown[] = [];
      ann.listenForWhisper('typing', (data) => own.push(data));
      const whispered = called((listener) => bob.listenForWhisper('typing', listener));
      const [error] = await called((done) => ann.whisper('typing', { name: 'Ann' }, done));
      expect([error ?? undefined, (await whispered)[0], own]).deep.equal([undefined, { name: 'Ann' }, []]);
    });

    it('joins a presence channel, tells its members, and leaves it', async () => {
      const [ann, bob] = [await echoOf('ann'), await echoOf('bob')];
      const room = ann.join('room');
      const both = called((listener) => room.here((members) => members.length === 2 && listener(members)));
      await attached(bob.join('room'));
      expect(JSON.stringify((await both)[0]))
        .contain('"ann"')
        .contain('"bob"');
      const left = called((listener) => room.leaving(listener));
      bob.leave('room');
      expect((await left)[0]).deep.equal({ name: 'bob' });
      expect(server.emulator.presence('presence:room').members.map(({ clientId }) => clientId)).deep.equal([
        'ann',
      ]);
    });

    it('lets a server publish to others than the client that asked for it, by its socketId', async () => {
      const [ann, bob] = [await echoOf('ann'), await echoOf('bob')];
      const channels = [ann, bob].map((echo) => echo.channel('orders'));
      await Promise.all(channels.map(attached));
      const { connectionKey, clientId } = JSON.parse(
        Buffer.from(ann.socketId(), 'base64url').toString(),
      ) as Record<string, string>;
      const heard: unknown[] = [];
      channels[0]?.listen('.n', (data) => heard.push(data));
      const others = called((listener) => channels[1]?.listen('.n', listener));
      const marked = called((listener) => channels[0]?.listen('.end', listener));
      const answer = await fetch(`${server.url}/channels/public:orders/messages?key=${server.key}`, {
        method: 'POST',
        body: JSON.stringify({ name: 'n', data: 'toOthers', connectionKey, clientId }),
      });
      expect(answer.status).equal(201);
      server.emulator.publish('public:orders', { name: 'end' });
      await marked;
      expect([(await others)[0], heard]).deep.equal(['toOthers', []]);
    });

    it('goes on through a cut: nothing is lost or doubled, and members stay', async () => {
      const [ann, bob] = [await echoOf('ann'), await echoOf('bob')];
      const rooms = [ann, bob].map((echo) => echo.join('room'));
      await Promise.all(
        rooms.map((room) => called((listener) => room.here((members) => members.length === 2 && listener()))),
      );
      const left: unknown[] = [];
      rooms[1]?.leaving((data) => left.push(data));
      const heard: unknown[] = [];
      rooms[0]?.listen('.n', (data) => heard.push(data));
      const { connection } = ann.connector.ably;
      const cut = called((listener) => connection.once('disconnected', listener));
      server.emulator.connections.find(({ clientId }) => clientId === 'ann')?.drop();
      await cut;
      server.emulator.publish('presence:room', { name: 'n', data: 'meanwhile' });
      const ended = called((listener) => rooms[0]?.listen('.end', listener));
      await called((listener) => connection.once('connected', listener));
      server.emulator.publish('presence:room', { name: 'n', data: 'after' });
      server.emulator.publish('presence:room', { name: 'end' });
      await ended;
      expect([heard, left]).deep.equal([['meanwhile', 'after'], []]);
      expect(
        server.emulator
          .presence('presence:room')
          .members.map(({ clientId }) => clientId)
          .sort(),
      ).deep.equal(['ann', 'bob']);
    });
  });
}
