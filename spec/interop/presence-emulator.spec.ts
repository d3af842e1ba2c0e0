import * as Ably from 'ably';
import { expect } from 'chai';
import { filter, firstValueFrom } from 'rxjs';
import { Action } from '../../lib/ably/wire/actions.js';
import { type EmulatedConnection, listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { ended } from '../support/official-ably.js';

const codeOf = (promise: Promise<unknown>): Promise<number | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error as Ably.ErrorInfo).code,
  );

interface Scene {
  readonly anns: Ably.Realtime;
  readonly ann: Ably.RealtimeChannel;
  readonly bobs: Ably.Realtime;
  readonly bob: Ably.RealtimeChannel;
}

const names = (members: readonly { readonly clientId: string }[]): string[] =>
  members.map(({ clientId }) => clientId).sort();

for (const useBinaryProtocol of [false, true]) {
  describe(`presence of official clients on the emulator, in ${useBinaryProtocol ? 'MessagePack' : 'JSON'}`, () => {
    const clients: Ably.Realtime[] = [];
    let server: ListeningEmulator;
    const where = (): Ably.ClientOptions => {
      const { key, host, port } = server;
      return { key, endpoint: host, port, tls: false, fallbackHosts: [], useBinaryProtocol, logLevel: 0 };
    };
    const client = (options: Ably.ClientOptions = {}): Ably.Realtime => {
      const made = new Ably.Realtime({ ...where(), ...options });
      clients.push(made);
      return made;
    };
    /** Ann and Bob, both attached to the channel, and how Ann is connected. */
    const both = async (options: Ably.ClientOptions = {}): Promise<Scene> => {
      const [anns, bobs] = [client({ clientId: 'ann', ...options }), client({ clientId: 'bob', ...options })];
      const [ann, bob] = [anns.channels.get('chat'), bobs.channels.get('chat')];
      for (const channel of [ann, bob]) await channel.attach();
      return { anns, ann, bobs, bob };
    };
    const heard = (channel: Ably.RealtimeChannel, count: number): Promise<string[]> =>
      new Promise((resolve) => {
        const events: string[] = [];
        void channel.presence.subscribe(({ action, clientId, data }) => {
          if (events.push([action, clientId, JSON.stringify(data)].join(' ').trim()) === count)
            resolve(events);
        });
      });
    const connectionOf = ({ connection: { id } }: Ably.Realtime): EmulatedConnection => {
      const found = server.emulator.connections.find((connection) => connection.id === id);
      if (!found) throw new Error('The client is not connected.');
      return found;
    };

    beforeEach(async () => {
      server = await listen();
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map(ended));
      await server.close();
    });

    it('RTP8 to RTP10: one enters, updates and leaves, and both see it', async () => {
      const { ann, bob } = await both();
      const seen = [heard(ann, 4), heard(bob, 4)];
      await ann.presence.enter({ deep: [1] });
      await ann.presence.update('there');
      await ann.presence.enter('again');
      await ann.presence.leave();
      for (const events of await Promise.all(seen))
        expect(events).deep.equal([
          ...['enter ann {"deep":[1]}', 'update ann "there"', 'update ann "again"', 'leave ann "again"'],
        ]);
    });

    it('RTP8c: carries bytes to a client of the other format', async () => {
      const { ann } = await both();
      const other = client({ useBinaryProtocol: !useBinaryProtocol }).channels.get('chat');
      await other.attach();
      const data = new Promise<unknown>((resolve) => {
        void other.presence.subscribe((message) => resolve(message.data));
      });
      await ann.presence.enter(Buffer.from([0, 255]));
      expect(Buffer.from((await data) as Buffer)).deep.equal(Buffer.from([0, 255]));
    });

    it('RTP4: enters 250 members by one connection, which another gets by a sync in pages', async () => {
      const host = client().channels.get('chat');
      await host.attach();
      await Promise.all(
        Array.from({ length: 250 }, (_, at) => host.presence.enterClient(`member ${at}`, `${at}`)),
      );
      const bob = client().channels.get('chat');
      const events = heard(bob, 250);
      const members = await bob.presence.get();
      expect(new Set(names(members)).size).equal(250);
      expect(members.every(({ action }) => action === 'present')).equal(true);
      expect((await events).every((event) => event.startsWith('present '))).equal(true);
      expect(names(await host.presence.get())).deep.equal(names(members));
    });

    it('RTP2c, RTP18: gets what is so once a sync is complete that was held back while others came and went', async () => {
      const presence = server.emulator.presence('chat');
      presence.enter(Array.from({ length: 250 }, (_, at) => ({ clientId: `member ${at}` })));
      const bob = client({ clientId: 'bob' });
      await bob.connection.once('connected');
      const connection = connectionOf(bob);
      connection.holdSync('chat');
      const channel = bob.channels.get('chat');
      await channel.attach();
      connection.releaseSync('chat');
      const members = channel.presence.get();
      presence.leave([{ clientId: 'member 0' }, { clientId: 'member 249' }]);
      presence.enter({ clientId: 'late' });
      connection.holdSync('chat', false);
      const found = names(await members);
      expect(found.length).equal(249);
      expect(found).include('late').not.include('member 0').not.include('member 249');
    });

    it('RTP18: accepts an unsolicited sync', async () => {
      const { bobs, bob } = await both();
      const entered = heard(bob, 2);
      server.emulator.presence('chat').enter([{ clientId: 'a' }, { clientId: 'b' }]);
      await entered;
      const left = heard(bob, 2);
      connectionOf(bobs).send({ action: Action.sync, channel: 'chat', presence: [] });
      expect((await left).sort()).deep.equal(['leave a', 'leave b']); // RTP19
      const present = heard(bob, 2);
      connectionOf(bobs).sync('chat');
      expect((await present).sort()).deep.equal(['present a', 'present b']);
      expect(names(await bob.presence.get())).deep.equal(['a', 'b']);
    });

    it('a resume keeps members: no client sees them leave, and they get the missed events', async () => {
      const { anns, ann, bob } = await both();
      const events = [heard(ann, 3), heard(bob, 3)];
      await ann.presence.enter('x');
      await bob.presence.enter('y');
      const { id } = anns.connection;
      server.emulator.refuse('drop');
      connectionOf(anns).drop();
      server.emulator.presence('chat').enter({ clientId: 'cat' });
      server.emulator.refuse(false);
      for (const seen of events)
        expect(await seen).deep.equal(['enter ann "x"', 'enter bob "y"', 'enter cat']);
      expect(names(await ann.presence.get())).deep.equal(['ann', 'bob', 'cat']);
      expect(names(server.emulator.presence('chat').members)).deep.equal(['ann', 'bob', 'cat']);
      expect(anns.connection.id).equal(id);
    });

    it('one that is cut off leaves after the ttl, and enters again by itself on another connection (RTP17g1)', async () => {
      await server.close();
      server = await listen({ connectionStateTtl: 300 });
      const retry = { disconnectedRetryTimeout: 50, suspendedRetryTimeout: 50 };
      const { anns, ann, bob } = await both(retry);
      const events = heard(bob, 3);
      await ann.presence.enter('x');
      const before = anns.connection.id;
      const left = new Promise((resolve) => {
        void bob.presence.subscribe('leave', resolve);
      });
      server.emulator.refuse('drop');
      connectionOf(anns).drop();
      await left;
      expect(server.emulator.presence('chat').members).deep.equal([]);
      server.emulator.refuse(false);
      expect(await events).deep.equal(['enter ann "x"', 'leave ann "x"', 'enter ann "x"']);
      const [member] = server.emulator.presence('chat').members;
      expect(member?.connectionId).equal(anns.connection.id).not.equal(before);
    });

    it('RTP17i: enters again by its id after a channel was detached by the server, and is there once', async () => {
      const { anns, ann, bob } = await both();
      const events = heard(bob, 3);
      await ann.presence.enter('x');
      const id = server.emulator.presence('chat').members[0]?.id;
      connectionOf(anns).detach('chat', { code: 91007, statusCode: 500, message: 'enter again' });
      expect(await events).deep.equal(['enter ann "x"', 'leave ann "x"', 'enter ann "x"']);
      expect(server.emulator.presence('chat').members.map((member) => member.id)).deep.equal([id]);
    });

    it('RTP17e: tells of a re-entry that was refused', async () => {
      const { anns, ann } = await both();
      await ann.presence.enter('x');
      const told = new Promise<Ably.ChannelStateChange>((resolve) => {
        ann.on('update', (change) => {
          if (change.reason?.code === 91004) resolve(change);
        });
      });
      connectionOf(anns).nack({ code: 40160, statusCode: 401, message: 'no' });
      connectionOf(anns).reattach('chat', { presence: false });
      expect((await told).resumed).equal(true);
    });

    it('RTP8h, RTP8i: gets the reason when it cannot enter', async () => {
      const { ann } = await both();
      expect(await codeOf(ann.presence.enterClient('bob'))).equal(40012);
      const modes: Ably.ChannelMode[] = ['PRESENCE_SUBSCRIBE'];
      const other = client({ clientId: 'cat' }).channels.get('chat', { modes });
      await other.attach();
      expect(await codeOf(other.presence.enter())).equal(40165);
      const nobody = client({ key: '', token: server.emulator.issueToken().token }).channels.get('chat');
      await nobody.attach();
      expect(await codeOf(nobody.presence.enterClient('dan'))).equal(40012);
    });

    it('RSP3, RSP4: gets members and history over REST, in pages', async () => {
      const { ann, bob } = await both();
      await ann.presence.enter({ a: 1 });
      await bob.presence.enter('y');
      await bob.presence.leave('bye');
      await bob.presence.enter('z');
      const { presence } = new Ably.Rest(where()).channels.get('chat');
      const first = await presence.get({ limit: 1 });
      const second = await first.next();
      const members = [...first.items, ...(second?.items ?? [])];
      expect(members.map(({ clientId, data }) => [clientId, data as unknown])).deep.equal([
        ['ann', { a: 1 }],
        ['bob', 'z'],
      ]);
      expect(second?.hasNext()).equal(false);
      expect(names((await presence.get({ clientId: 'bob' })).items)).deep.equal(['bob']);
      const { items } = await presence.history({ direction: 'forwards', limit: 3 });
      expect(items.map(({ action, data }) => [action, data as unknown])).deep.equal([
        ['enter', { a: 1 }],
        ['enter', 'y'],
        ['leave', 'bye'],
      ]);
      const past = await bob.presence.history({ limit: 1 });
      expect(past?.items.map(({ action, data }) => [action, data as unknown])).deep.equal([['enter', 'z']]);
      expect(past?.hasNext()).equal(true);
    });

    it('sends again what was ignored, once the connection is back', async () => {
      const { anns, ann, bob } = await both();
      const connection = connectionOf(anns);
      const asked = firstValueFrom(
        connection.received$.pipe(filter(({ action }) => action === Action.presence)),
      );
      connection.ignorePresence();
      const events = heard(bob, 1);
      const entered = ann.presence.enter('x');
      await asked;
      connection.drop();
      await entered;
      expect(await events).deep.equal(['enter ann "x"']);
    });
  });
}
