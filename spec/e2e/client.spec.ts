import { expect } from 'chai';
import { filter, firstValueFrom, lastValueFrom, map, merge, Subject, take, takeUntil, toArray } from 'rxjs';
import type { Codec } from '../../lib/codec/codec.js';
import { Action } from '../../lib/ably/wire/actions.js';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { type ClientOptions, type ErrorInfo, json, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';

const codecs: readonly Codec[] = [json, msgpack()];

for (const codec of codecs) {
  describe(`RealtimeClient on real sockets, ${codec.format}`, () => {
    const clients: RealtimeClient[] = [];
    let server: ListeningEmulator;

    const clientOf = (options: Partial<ClientOptions> = {}): RealtimeClient => {
      const { key, host, port } = server;
      const client = new RealtimeClient({
        key,
        endpoint: host,
        port,
        tls: false,
        codec,
        log: () => undefined,
        ...options,
      });
      clients.push(client);
      return client;
    };
    const become = (client: RealtimeClient, wanted: string): Promise<unknown> =>
      firstValueFrom(client.connectionState$.pipe(filter((state) => state === wanted)));
    const socketOf = (client: RealtimeClient) => {
      const found = server.emulator.connections.find(({ id }) => id === client.connection.id);
      if (!found) throw new Error('The emulator does not know this client.');
      return found;
    };

    beforeEach(async () => {
      server = await listen({ maxIdleInterval: 100 });
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.dispose()));
      await server.close();
    });

    it('RTN2, RSC7d2: sends the key and the agent as headers on Node', async () => {
      const client = clientOf({ clientId: 'ann' });
      client.connect();
      await become(client, 'connected');
      expect(socketOf(client).clientId).to.equal('ann');
      expect(client.connection.id).to.be.a('string');
    });

    it('carries strings, objects, arrays and bytes from one client to another', async () => {
      const payloads = [
        'text',
        'ünïcödé 🙂 \u2028',
        { a: [1, null, 'x'] },
        [1, 2],
        new Uint8Array([0, 127, 255]),
        undefined,
      ];
      const channel = clientOf().channel('all');
      const received = firstValueFrom(channel.messages$.pipe(take(payloads.length), toArray()));
      await channel.attach();
      const sender = clientOf().channel('all');
      for (const data of payloads) await sender.publish('n', data);
      expect((await received).map(({ data }) => data)).to.deep.equal(payloads);
      expect((await received).map(({ encoding }) => encoding)).to.deep.equal(payloads.map(() => undefined));
    });

    it('RTL7f, RTC1a: hears its own messages, unless echoMessages is false', async () => {
      const [loud, quiet] = [clientOf(), clientOf({ echoMessages: false })];
      const heard: unknown[] = [];
      const done = new Subject<void>();
      quiet
        .channel('e')
        .messages$.pipe(takeUntil(done))
        .subscribe(({ data }) => heard.push(data));
      const echoed = firstValueFrom(loud.channel('e').messages$);
      await Promise.all([loud.channel('e').attach(), quiet.channel('e').attach()]);
      await quiet.channel('e').publish('n', 'quiet');
      expect((await echoed).data).to.equal('quiet');
      await loud.channel('e').publish('n', 'loud');
      await quiet.ping();
      expect(heard).to.deep.equal(['loud']);
    });

    it('RTN15b, RTN15c6, RTN15d, RTL2f: resumes after a cut and receives what was sent in between, once', async () => {
      const [sender, receiver] = [clientOf(), clientOf()];
      const channel = receiver.channel('cut');
      const gaps: unknown[] = [];
      channel.discontinuities$.subscribe((gap) => gaps.push(gap));
      const received = firstValueFrom(
        channel.messages$.pipe(
          take(300),
          map(({ data }) => Number(data)),
          toArray(),
        ),
      );
      await channel.attach();
      const id = receiver.connection.id;
      for (let n = 0; n < 300; n += 1) {
        if (n === 100) socketOf(receiver).drop();
        if (n === 200) await become(receiver, 'connected');
        await sender.channel('cut').publish('n', String(n));
      }
      expect(await received).to.deep.equal(Array.from({ length: 300 }, (_, n) => n));
      expect([receiver.connection.id, gaps]).to.deep.equal([id, []]);
    });

    it('RTN19a, RTN19a2: sends again what was not acknowledged, and the server counts it once', async () => {
      const [sender, receiver] = [clientOf(), clientOf()];
      const received = receiver.channel('again').messages$.pipe(map(({ data }) => String(data)));
      const all = firstValueFrom(received.pipe(take(4), toArray()));
      await receiver.channel('again').attach();
      sender.connect();
      await become(sender, 'connected');
      const channel = sender.channel('again');
      await channel.publish('n', '0');
      socketOf(sender).holdAcks(true);
      const pending = ['1', '2'].map((data) => channel.publish('n', data));
      await lastValueFrom(received.pipe(take(2))); // the server has them; the client does not know
      socketOf(sender).drop();
      pending.push(channel.publish('n', '3'));
      const results = await Promise.all(pending);
      expect(results.flatMap(({ serials }) => serials)).to.have.length(3);
      expect(await all).to.deep.equal(['0', '1', '2', '3']);
    });

    it('RTN15c7, RTL12: a lost session is a gap, told before the next message', async () => {
      const [sender, receiver] = [clientOf(), clientOf()];
      const channel = receiver.channel('gap');
      const seen = firstValueFrom(
        merge(
          channel.messages$.pipe(map(({ data }) => String(data))),
          channel.discontinuities$.pipe(map(({ reason }) => reason?.code)),
        ).pipe(take(3), toArray()),
      );
      await channel.attach();
      await sender.channel('gap').publish('n', 'before');
      socketOf(receiver).forget();
      socketOf(receiver).drop();
      await firstValueFrom(channel.state$.pipe(filter((state) => state === 'attaching')));
      await channel.attach();
      await sender.channel('gap').publish('n', 'after');
      const [before, gap, after] = await seen;
      expect([before, typeof gap, after]).to.deep.equal(['before', 'number', 'after']);
    });

    it('RTN23b: the server’s pings are signs of life', async () => {
      const client = clientOf({ realtimeRequestTimeout: 200 });
      client.connect();
      await become(client, 'connected');
      const states: string[] = [];
      client.connectionState$.subscribe((state) => states.push(state));
      await new Promise((resolve) => setTimeout(resolve, 700)); // more than twice what silence is allowed to last
      expect(states).to.deep.equal(['connected']);
    });

    it('RTN23a: notices a server that has fallen silent, and comes back', async () => {
      const client = clientOf({ realtimeRequestTimeout: 200 });
      client.connect();
      await become(client, 'connected');
      const id = client.connection.id;
      socketOf(client).silence();
      await become(client, 'connecting');
      expect(client.connection.errorReason?.statusCode).to.equal(408);
      await become(client, 'connected');
      expect(client.connection.id).to.equal(id);
    });

    it('RTN14d: tries again while the server refuses', async () => {
      server.emulator.refuse('drop');
      const client = clientOf({ disconnectedRetryTimeout: 50 });
      client.connect();
      await become(client, 'disconnected');
      server.emulator.refuse(false);
      await become(client, 'connected');
    });

    it('RTN14a, RTN14g: fails for good with a key that the server does not know', async () => {
      const client = clientOf({ key: 'app.key:hush-hush' });
      client.connect();
      await become(client, 'failed');
      expect(client.connection.errorReason?.code).to.equal(40101);
      expect(String(client.connection.errorReason)).to.not.include('hush-hush');
    });

    it('RTN17e, RTN17f, RTN17h, RTN17i, RTN17j, RSC16: finds a fallback host when the primary one is not there', async () => {
      const fallback = await listen({ host: '127.0.0.2' }); // and nobody listens on this port of 127.0.0.1
      const client = clientOf({
        endpoint: '127.0.0.1',
        port: fallback.port,
        fallbackHosts: [fallback.host],
        connectivityCheckUrl: `${fallback.url}/is-the-internet-up.txt`,
        disconnectedRetryTimeout: 60_000,
      });
      client.connect();
      await become(client, 'connected');
      expect(fallback.emulator.connections.map(({ id }) => id)).to.deep.equal([client.connection.id]);
      const before = Date.now();
      expect(await client.time()).to.be.within(before, Date.now()); // RTN17e: nobody listens at the primary host
      await client.dispose();
      await fallback.close();
    });

    it('RTN16, RTN16d: another client goes on where the first one was, with what was sent in between', async () => {
      const [sender, first] = [clientOf(), clientOf()];
      await first.channel('r').attach();
      await sender.channel('r').publish('n', 'before');
      await first.ping();
      const [key, id] = [first.connection.createRecoveryKey(), first.connection.id];
      socketOf(first).silence();
      void first.dispose(); // unheard, as of a process that was killed
      await sender.channel('r').publish('n', 'between');
      const second = clientOf({ recover: key ?? '' });
      const received = firstValueFrom(second.channel('r').messages$.pipe(take(2), toArray()));
      await second.channel('r').attach();
      await sender.channel('r').publish('n', 'after');
      expect((await received).map(({ data }) => data)).to.deep.equal(['between', 'after']);
      expect(second.connection.id).to.equal(id); // RTN16d
    });

    it('RSA4a2, RTN15h1: fails when its token is not accepted any more and cannot be renewed', async () => {
      const client = clientOf({ key: undefined, token: server.emulator.issueToken().token });
      client.connect();
      await become(client, 'connected');
      socketOf(client).send({
        action: Action.disconnected,
        error: { code: 40142, statusCode: 401, message: 'Token expired.' },
      });
      await become(client, 'failed');
      expect(client.connection.errorReason?.code).to.equal(40171);
    });

    it('RTN7a: rejects what the server refuses', async () => {
      const client = clientOf();
      client.connect();
      await become(client, 'connected');
      socketOf(client).nack({ code: 40160, statusCode: 401, message: 'not here' });
      const outcome = await client
        .channel('n')
        .publish('n', 'd')
        .catch((error: unknown) => (error as ErrorInfo).code);
      expect(outcome).to.equal(40160);
    });

    it('frames that make no sense reach errors$, and nothing else happens', async () => {
      const client = clientOf();
      client.connect();
      await become(client, 'connected');
      const errors = firstValueFrom(client.errors$.pipe(take(2), toArray()));
      socketOf(client).sendRaw(codec.binary ? new Uint8Array([0xc1]) : '{"action":');
      socketOf(client).send({ action: 77 as typeof Action.ack });
      socketOf(client).sendRaw(codec.encode('nonsense'));
      expect(await errors).to.have.length(2);
      const before = Date.now();
      expect(await client.ping()).to.be.within(0, Date.now() - before + 1);
    });

    it('RTN5, RTN8b, RTN9b: fifty clients at once', async () => {
      const names = Array.from({ length: 50 }, (_, n) => String(n));
      const crowd = names.map(() => clientOf());
      const received = crowd.map((client) =>
        firstValueFrom(client.channel('crowd').messages$.pipe(take(50), toArray())),
      );
      await Promise.all(crowd.map((client) => client.channel('crowd').attach()));
      await Promise.all(crowd.map((client, n) => client.channel('crowd').publish('n', names[n])));
      for (const messages of await Promise.all(received))
        expect(messages.map(({ data }) => String(data)).sort()).to.deep.equal([...names].sort());
      expect(new Set(crowd.map(({ connection }) => connection.id)).size).to.equal(50); // RTN8b
      expect(new Set(crowd.map(({ connection }) => connection.key)).size).to.equal(50); // RTN9b
    });
  });
}
