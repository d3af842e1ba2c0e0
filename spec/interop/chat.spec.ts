import {
  ChatClient,
  type ChatMessageEvent,
  LogLevel,
  type Message,
  MessageReactionType,
  OrderBy,
  type Room,
  type RoomOptions,
  RoomStatus,
} from '@ably/chat';
import * as Ably from 'ably';
import { expect } from 'chai';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { ended } from '../support/official-ably.js';

const options: RoomOptions = {
  occupancy: { enableEvents: true },
  messages: { rawMessageReactions: true },
  typing: { heartbeatThrottleMs: 50 },
};

/** Resolves with the first `count` items that a subscription gives. */
const collect = <T>(count: number, subscribe: (listener: (item: T) => void) => unknown): Promise<T[]> =>
  new Promise((resolve) => {
    const items: T[] = [];
    subscribe((item) => {
      if (items.push(item) === count) resolve(items);
    });
  });

const codeOf = (promise: Promise<unknown>): Promise<number | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error as Ably.ErrorInfo).code,
  );

for (const useBinaryProtocol of [false, true]) {
  describe(`@ably/chat against the emulator, in ${useBinaryProtocol ? 'MessagePack' : 'JSON'}`, () => {
    const clients: Ably.Realtime[] = [];
    const chats: ChatClient[] = [];
    let server: ListeningEmulator;
    const realtime = (how: Ably.ClientOptions): Ably.Realtime => {
      const { host, port } = server;
      const where = { endpoint: host, port, tls: false, fallbackHosts: [], logLevel: 0 };
      const made = new Ably.Realtime({ ...where, useBinaryProtocol, ...how } as Ably.ClientOptions);
      clients.push(made);
      return made;
    };
    const roomOf = async (clientId: string, how: Ably.ClientOptions = { key: server.key }): Promise<Room> => {
      const chat = new ChatClient(realtime({ clientId, ...how }), {
        logLevel: LogLevel.Silent,
      });
      chats.push(chat);
      const room = await chat.rooms.get('lobby', options);
      await room.attach();
      return room;
    };

    beforeEach(async () => {
      server = await listen();
    });
    afterEach(async () => {
      await Promise.all(chats.splice(0).map((chat) => chat.dispose()));
      await Promise.all(clients.splice(0).map(ended));
      await server.close();
    });

    it('CHA-RL1: attaches to a room, and detaches', async () => {
      const room = await roomOf('ann');
      expect(room.status).equal(RoomStatus.Attached);
      await room.detach();
      expect(room.status).equal(RoomStatus.Detached);
    });

    it('CHA-M3, CHA-M8, CHA-M9: sends, updates and deletes messages, and hears of it as it is told', async () => {
      const room = await roomOf('ann');
      const heard = collect<ChatMessageEvent>(4, (listener) => room.messages.subscribe(listener));
      const { messages } = await roomOf('bob');
      const sent = await messages.send({
        text: 'one',
        metadata: { deep: { a: 1 } },
        headers: { h: 'x', n: 1, b: true },
      });
      const updated = await messages.update(
        sent.serial,
        { text: 'two' },
        { description: 'why', metadata: { k: 'v' } },
      );
      const deleted = await messages.delete(sent.serial, { description: 'gone' });
      await messages.send({ text: 'three' });
      const events = await heard;
      const [created, changed, gone] = events.map(({ message }) => message);
      expect(events.map(({ type }) => type)).deep.equal([
        ...['message.created', 'message.updated', 'message.deleted', 'message.created'],
      ]);
      const plain = (message: Message | undefined): unknown =>
        JSON.parse(JSON.stringify({ ...message, reactions: undefined }));
      expect([created, changed, gone].map(plain)).deep.equal([sent, updated, deleted].map(plain));
      expect(sent).include({ clientId: 'bob', text: 'one', action: 'message.create' });
      expect(sent).deep.include({ metadata: { deep: { a: 1 } }, headers: { h: 'x', n: 1, b: true } });
      expect(updated).deep.include({ text: 'two', metadata: {}, headers: {}, action: 'message.update' });
      expect(updated.version).deep.include({ clientId: 'bob', description: 'why', metadata: { k: 'v' } });
      expect(deleted).include({ text: 'two', action: 'message.delete' });
      expect([sent, updated, deleted].map(({ version }) => version.serial)).deep.equal(
        [sent, updated, deleted].map(({ version }) => version.serial).sort(),
      );
    });

    it('CHA-M6, CHA-M13: reads one message, all its versions, and the history in pages', async () => {
      const room = await roomOf('ann');
      for (const text of ['a', 'b', 'c']) await room.messages.send({ text });
      await room.reactions.send({ name: 'like' });
      const first = await room.messages.history({ limit: 2, orderBy: OrderBy.OldestFirst });
      const second = await first.next();
      expect([first, second].map((page) => page?.items.map(({ text }) => text))).deep.equal([
        ['a', 'b'],
        ['c'],
      ]);
      expect([first.hasNext(), second?.hasNext()]).deep.equal([true, false]);
      const { items } = await room.messages.history({});
      expect(items.map(({ text }) => text)).deep.equal(['c', 'b', 'a']);
      const { serial = '' } = items[0] ?? {};
      await room.messages.update(serial, { text: 'd' });
      const one = await room.messages.get(serial);
      expect([one.text, one.action, one.serial]).deep.equal(['d', 'message.update', serial]);
      const versions = await room.messages.getVersions(serial);
      expect(versions.items.map(({ text, action }) => [text, action])).deep.equal([
        ['c', 'message.create'],
        ['d', 'message.update'],
      ]);
      expect(await codeOf(room.messages.get('01726585978590-001@abcdefghij:001'))).equal(40_400);
    });

    it('CHA-M5: reads the messages before a subscription, each once', async () => {
      const room = await roomOf('ann');
      await room.messages.send({ text: 'before' });
      const other = await roomOf('bob');
      const heard: string[] = [];
      const { historyBeforeSubscribe } = other.messages.subscribe(({ message }) => heard.push(message.text));
      const after = collect<ChatMessageEvent>(1, (listener) => other.messages.subscribe(listener));
      await room.messages.send({ text: 'after' });
      await after;
      const { items } = await historyBeforeSubscribe({ limit: 10 });
      expect([items.map(({ text }) => text), heard]).deep.equal([['before'], ['after']]);
    });

    it('CHA-MR: adds reactions to a message and takes them back, of each type, with their sums', async () => {
      const [ann, bob] = [await roomOf('ann'), await roomOf('bob')];
      const { serial } = await ann.messages.send({ text: 'x' });
      const raw = collect<{ type: string }>(8, (listener) => ann.messages.reactions.subscribeRaw(listener));
      const sums = collect<{ reactions: Message['reactions'] }>(8, (listener) =>
        ann.messages.reactions.subscribe(listener),
      );
      const { Unique, Distinct, Multiple } = MessageReactionType;
      await ann.messages.reactions.send(serial, { type: Unique, name: 'like' });
      await ann.messages.reactions.send(serial, { type: Unique, name: 'love' });
      await bob.messages.reactions.send(serial, { type: Distinct, name: 'like' });
      await ann.messages.reactions.send(serial, { name: 'like' });
      await ann.messages.reactions.send(serial, { type: Multiple, name: 'clap', count: 3 });
      await bob.messages.reactions.send(serial, { type: Multiple, name: 'clap' });
      const { reactions } = await ann.messages.get(serial);
      expect(reactions).deep.equal({
        unique: { love: { total: 1, clientIds: ['ann'], clipped: false } },
        distinct: { like: { total: 2, clientIds: ['bob', 'ann'], clipped: false } },
        multiple: {
          clap: {
            ...{ total: 4, clientIds: { ann: 3, bob: 1 }, totalUnidentified: 0 },
            ...{ totalClientIds: 2, clipped: false },
          },
        },
      });
      const ofBob = await bob.messages.reactions.clientReactions(serial);
      expect([ofBob.unique, Object.keys(ofBob.distinct)]).deep.equal([{}, ['like']]);
      expect(ofBob.distinct['like']?.clientIds).deep.equal(['bob']);
      expect(
        (await bob.messages.reactions.clientReactions(serial, 'ann')).multiple['clap']?.clientIds,
      ).deep.equal({
        ann: 3,
      });
      await ann.messages.reactions.delete(serial, { type: Unique });
      await bob.messages.reactions.delete(serial, { name: 'like' });
      expect((await raw).map(({ type }) => type)).deep.equal([
        ...Array<string>(6).fill('reaction.create'),
        ...['reaction.delete', 'reaction.delete'],
      ]);
      const last = (await sums)[7]?.reactions;
      expect([last?.unique, last?.distinct['like']?.clientIds]).deep.equal([{}, ['ann']]);
      expect(await codeOf(bob.messages.reactions.delete(serial, { name: 'like' }))).equal(40_400);
    });

    it('CHA-PR: enters, updates and leaves, and tells the members', async () => {
      const [ann, bob] = [await roomOf('ann'), await roomOf('bob')];
      const events = collect<{ type: string; member: { clientId: string; data?: unknown } }>(3, (listener) =>
        ann.presence.subscribe(listener),
      );
      await bob.presence.enter({ status: 'here' });
      await bob.presence.update({ status: 'away' });
      expect((await ann.presence.get()).map(({ clientId, data }) => [clientId, data])).deep.equal([
        ['bob', { status: 'away' }],
      ]);
      expect([await ann.presence.isUserPresent('bob'), await ann.presence.isUserPresent('eve')]).deep.equal([
        true,
        false,
      ]);
      await bob.presence.leave();
      expect((await events).map(({ type, member }) => `${type} ${member.clientId}`)).deep.equal([
        ...['enter bob', 'update bob', 'leave bob'],
      ]);
    });

    it('CHA-T: tells who types, and forgets it', async () => {
      const [ann, bob] = [await roomOf('ann'), await roomOf('bob')];
      const events = collect<{ currentlyTyping: Set<string> }>(2, (listener) =>
        ann.typing.subscribe(listener),
      );
      await bob.typing.keystroke();
      await bob.typing.stop();
      expect((await events).map(({ currentlyTyping }) => [...currentlyTyping])).deep.equal([['bob'], []]);
    });

    it('CHA-ER: sends reactions to the room, which are not kept', async () => {
      const [ann, bob] = [await roomOf('ann'), await roomOf('bob')];
      const events = collect<{ reaction: { name: string; clientId: string; isSelf: boolean } }>(
        1,
        (listener) => ann.reactions.subscribe(listener),
      );
      await bob.reactions.send({ name: 'like', metadata: { a: 1 }, headers: { h: 'x' } });
      const [event] = await events;
      expect(event?.reaction).deep.include({
        name: 'like',
        clientId: 'bob',
        isSelf: false,
        metadata: { a: 1 },
      });
      expect((await ann.channel.history()).items).deep.equal([]);
    });

    it('CHA-O: tells the occupancy when asked, and as it changes', async () => {
      const ann = await roomOf('ann');
      const events = collect<{ occupancy: { connections: number } }>(2, (listener) =>
        ann.occupancy.subscribe(listener),
      );
      const bob = await roomOf('bob');
      await bob.presence.enter();
      expect(await ann.occupancy.get()).deep.equal({ connections: 2, presenceMembers: 1 });
      expect((await events).map(({ occupancy }) => occupancy.connections)).include(2);
    });

    it('goes on through a cut: nothing is lost or doubled, and members stay', async () => {
      const [ann, bob] = [await roomOf('ann'), await roomOf('bob')];
      const heard = collect<ChatMessageEvent>(3, (listener) => ann.messages.subscribe(listener));
      let discontinuities = 0;
      ann.onDiscontinuity(() => (discontinuities += 1));
      await ann.presence.enter();
      await bob.messages.send({ text: 'before' });
      const connection = server.emulator.connections.find(({ clientId }) => clientId === 'ann');
      const [realtimeOfAnn] = clients;
      const cut = realtimeOfAnn?.connection.once('disconnected');
      connection?.drop();
      await cut;
      await bob.messages.send({ text: 'meanwhile' });
      await bob.reactions.send({ name: 'unseen' });
      await realtimeOfAnn?.connection.whenState('connected');
      await bob.messages.send({ text: 'after' });
      expect((await heard).map(({ message }) => message.text)).deep.equal(['before', 'meanwhile', 'after']);
      expect([discontinuities, (await bob.presence.get()).map(({ clientId }) => clientId)]).deep.equal([
        0,
        ['ann'],
      ]);
    });

    it('does what the docs say is needed for all features, and no more, with capabilities of the room', async () => {
      const capability = {
        lobby: [
          ...['publish', 'subscribe', 'presence', 'history', 'channel-metadata', 'annotation-publish'],
          ...['annotation-subscribe', 'message-update-own', 'message-delete-own'],
        ],
      };
      const tokenOf = (clientId: string) => server.emulator.issueToken({ clientId, capability }).token;
      const ann = await roomOf('ann', { token: tokenOf('ann') });
      const bob = await roomOf('bob', { token: tokenOf('bob') });
      const { serial } = await ann.messages.send({ text: 'x' });
      await ann.messages.update(serial, { text: 'y' });
      await bob.messages.reactions.send(serial, { name: 'like' });
      expect(await codeOf(bob.messages.delete(serial))).equal(40_160);
      await ann.messages.delete(serial);
      expect((await bob.occupancy.get()).connections).equal(2);
      expect(await codeOf(ann.messages.send({ text: '' }))).equal(40_000);
    });
  });
}
