import {
  ChatClient,
  type ChatMessageEvent,
  LogLevel,
  type Message as ChatMessage,
  MessageReactionType,
  OrderBy,
  type Room,
} from '@ably/chat';
import * as Ably from 'ably';
import { expect } from 'chai';
import { filter, firstValueFrom, map, type Observable, shareReplay, tap } from 'rxjs';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { json, RealtimeClient } from '../../lib/index.js';
import {
  distinctSums,
  fold,
  type FoldedMessage,
  type FoldedMessages,
  multipleSums,
  uniqueSums,
} from '../../lib/messages.js';
import { msgpack } from '../../lib/msgpack.js';
import { ended } from '../support/official-ably.js';

const { Unique, Distinct, Multiple } = MessageReactionType;

/** A message as both sides show it. */
type Shown = Readonly<Record<string, unknown>>;

const shownByChat = (message: ChatMessage): Shown => {
  const { serial, clientId, text, metadata, headers, action, version, timestamp, reactions } = message;
  const { serial: last, timestamp: changed, ...why } = version;
  return JSON.parse(
    JSON.stringify({
      ...{ serial, clientId, text, metadata, headers, action, reactions },
      ...{ timestamp: Number(timestamp), version: { serial: last, timestamp: Number(changed), ...why } },
    }),
  ) as Shown;
};

/** The same of a folded message of the room's channel, as docs/messages.md reads it. */
const shownByFold = (message: FoldedMessage): Shown => {
  const { serial, clientId, data, extras, action, version, timestamp } = message;
  const { text, metadata = {} } = data as { readonly text: string; readonly metadata?: object };
  const { headers = {} } = (extras ?? {}) as { readonly headers?: object };
  const reactions = {
    unique: uniqueSums(message, 'reaction:unique.v1'),
    distinct: distinctSums(message, 'reaction:distinct.v1'),
    multiple: multipleSums(message, 'reaction:multiple.v1'),
  };
  return JSON.parse(
    JSON.stringify({
      ...{ serial, clientId, text, metadata, headers, action, reactions, timestamp },
      version: { ...version, serial: version.serial ?? serial, timestamp: version.timestamp ?? timestamp },
    }),
  ) as Shown;
};

const isOfChat = ({ name }: FoldedMessage): boolean => name === 'chat.message';

/** What a room's subscriber has by now, by the rules of the Chat SDK itself. */
function listOf({ messages }: Room) {
  const list = new Map<string, ChatMessage>();
  const waiting = new Set<() => void>();
  const told = (): void => {
    for (const each of waiting) each();
  };
  messages.subscribe((event: ChatMessageEvent) => {
    const { serial } = event.message;
    const known = list.get(serial);
    list.set(serial, event.type === 'message.created' || !known ? event.message : known.with(event));
    told();
  });
  messages.reactions.subscribe((event) => {
    const known = list.get(event.messageSerial);
    if (known) list.set(event.messageSerial, known.with(event));
    told();
  });
  const alive = (): readonly ChatMessage[] =>
    [...list.values()].filter(({ action }) => String(action) !== 'message.delete');
  /** Resolves once a message of this text is there; with all that are not deleted. */
  const until = (text: string): Promise<readonly Shown[]> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (!alive().some((message) => message.text === text)) return;
        waiting.delete(look);
        resolve(alive().map(shownByChat));
      };
      waiting.add(look);
      look();
    });
  return { until };
}

for (const format of ['json', 'msgpack'] as const)
  describe(`fold beside @ably/chat, in ${format}`, () => {
    const clients: Ably.Realtime[] = [];
    const chats: ChatClient[] = [];
    let server: ListeningEmulator;
    let client: RealtimeClient;
    const roomOf = async (clientId: string): Promise<Room> => {
      const { host, port, key } = server;
      const where = { endpoint: host, port, tls: false, fallbackHosts: [], logLevel: 0 };
      const useBinaryProtocol = format === 'msgpack';
      const realtime = new Ably.Realtime({ ...where, key, clientId, useBinaryProtocol });
      const chat = new ChatClient(realtime, { logLevel: LogLevel.Silent });
      clients.push(realtime);
      chats.push(chat);
      const room = await chat.rooms.get('lobby', { messages: { rawMessageReactions: true } });
      await room.attach();
      return room;
    };
    /** The room's channel folded, and each text that was ever shown of a message. */
    const folded = (history: number) => {
      const texts = new Map<unknown, unknown[]>();
      const messages$: Observable<FoldedMessages> = fold(client.channel('lobby::$chat'), { history }).pipe(
        tap((messages) => {
          for (const { text, serial } of [...messages.values()].filter(isOfChat).map(shownByFold)) {
            const known = texts.get(serial) ?? [];
            if (known.at(-1) !== text) texts.set(serial, [...known, text]);
          }
        }),
        shareReplay({ bufferSize: 1, refCount: false }), // for the life of the spec; dispose() ends it
      );
      messages$.subscribe();
      const until = (text: string): Promise<readonly Shown[]> =>
        firstValueFrom(
          messages$.pipe(
            map((messages) => [...messages.values()].filter(isOfChat).map(shownByFold)),
            filter((list) => list.some((message) => message['text'] === text)),
          ),
        );
      return { until, textsOf: ({ serial }: ChatMessage) => texts.get(serial) };
    };

    beforeEach(async () => {
      server = await listen();
      const { key, host: endpoint, port } = server;
      const codec = format === 'json' ? json : msgpack();
      const where = { key, endpoint, port, tls: false, codec, log: () => undefined };
      client = new RealtimeClient({ ...where, clientId: 'eve', disconnectedRetryTimeout: 20 });
    });
    afterEach(async () => {
      await client.dispose();
      await Promise.all(chats.splice(0).map((chat) => chat.dispose()));
      await Promise.all(clients.splice(0).map(ended));
      await server.close();
    });

    it('CHA-M, CHA-MR: shows the messages, texts, versions and sums that the Chat SDK shows', async () => {
      const [ann, bob] = [await roomOf('ann'), await roomOf('bob')];
      const list = listOf(ann);
      const first = await ann.messages.send({ text: 'past', metadata: { a: { b: 1 } }, headers: { h: 'x' } });
      const ours = folded(50);
      await ours.until('past');
      const second = await bob.messages.send({ text: 'one' });
      const third = await ann.messages.send({ text: 'gone' });
      await bob.messages.update(second.serial, { text: 'two' }, { description: 'why', metadata: { k: 'v' } });
      await ann.messages.delete(third.serial);
      const { reactions } = bob.messages;
      await reactions.send(first.serial, { type: Unique, name: 'like' });
      await reactions.send(first.serial, { type: Unique, name: 'love' });
      await ann.messages.reactions.send(second.serial, { type: Distinct, name: 'like' });
      await reactions.send(second.serial, { type: Distinct, name: 'like' });
      await reactions.send(second.serial, { type: Multiple, name: 'clap', count: 3 });
      await ann.messages.reactions.send(second.serial, { type: Multiple, name: 'clap' });
      await reactions.delete(second.serial, { type: Distinct, name: 'like' });
      await bob.reactions.send({ name: 'to the room' }); // another message of the channel
      await ann.messages.send({ text: 'end' });
      const [theirs, shown] = [await list.until('end'), await ours.until('end')];
      expect(shown).deep.equal(theirs);
      expect(shown.map(({ text }) => text)).deep.equal(['past', 'two', 'end']);
      const { items } = await ann.messages.history({ orderBy: OrderBy.OldestFirst });
      const left = items.filter(({ action }) => String(action) !== 'message.delete');
      expect(shown).deep.equal(left.map(shownByChat));
      const [of1, of2] = shown.map((message) => message['reactions'] as Record<string, Shown>);
      expect(Object.keys(of1?.['unique'] ?? {})).deep.equal(['love']);
      expect(of2?.['distinct']?.['like']).deep.include({ total: 1, clientIds: ['ann'] });
      expect(of2?.['multiple']?.['clap']).deep.include({ total: 4, clientIds: { ann: 1, bob: 3 } });
    });

    it('CHA-M, CHA-MR: what this client publishes in the shape of Chat is a message of the Chat SDK', async () => {
      const ann = await roomOf('ann');
      const list = listOf(ann);
      const channel = client.channel('lobby::$chat');
      const { until } = folded(0);
      const data = { text: 'ours', metadata: { m: 1 } };
      const { serials } = await channel.publish({
        name: 'chat.message',
        data,
        extras: { headers: { h: 'x' } },
      });
      const serial = serials[0] ?? undefined;
      await channel.annotations.publish({ serial }, { type: 'reaction:distinct.v1', name: 'like' });
      await channel.updateMessage({ serial, data: { text: 'ours, later' } });
      await ann.messages.send({ text: 'end' });
      const [theirs, shown] = [await list.until('end'), await until('end')];
      expect(shown).deep.equal(theirs);
      expect(theirs[0]).deep.include({ text: 'ours, later', clientId: 'eve' });
    });

    for (const isLost of [false, true])
      it(`RTL12, CHA-M: shows the same after ${isLost ? 'a lost session' : 'a cut'}, and nothing wrong between`, async () => {
        const [ann, bob] = [await roomOf('ann'), await roomOf('bob')];
        const list = listOf(ann);
        const first = await ann.messages.send({ text: 'a1' });
        const second = await bob.messages.send({ text: 'b1' });
        const ours = folded(50);
        await ours.until('b1');
        const connection = server.emulator.connections.find(({ clientId }) => clientId === 'eve');
        const cut = firstValueFrom(
          client.connection.changes$.pipe(filter(({ current }) => current === 'disconnected')),
        );
        server.emulator.refuse('drop');
        if (isLost) connection?.forget();
        connection?.drop();
        await cut;
        await ann.messages.update(first.serial, { text: 'a2' });
        await ann.messages.update(first.serial, { text: 'a3' });
        const third = await bob.messages.send({ text: 'c1' });
        await bob.messages.delete(second.serial);
        await bob.messages.reactions.send(first.serial, { type: Distinct, name: 'like' });
        server.emulator.refuse(false);
        const back = firstValueFrom(
          client.connection.changes$.pipe(filter(({ current }) => current === 'connected')),
        );
        expect((await back).resumed).equal(!isLost);
        await ann.messages.update(third.serial, { text: 'c2' });
        await bob.messages.reactions.send(third.serial, { type: Multiple, name: 'clap', count: 2 });
        await bob.messages.send({ text: 'end' });
        const [theirs, shown] = [await list.until('end'), await ours.until('end')];
        expect(shown).deep.equal(theirs);
        expect(shown.map(({ text }) => text)).deep.equal(['a3', 'c2', 'end']);
        expect(ours.textsOf(first)).deep.equal(isLost ? ['a1', 'a3'] : ['a1', 'a2', 'a3']);
      });
  });
