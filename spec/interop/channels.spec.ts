import * as decoder from '@ably/vcdiff-decoder';
import * as Ably from 'ably';
import { expect } from 'chai';
import { firstValueFrom, type Observable, take, toArray } from 'rxjs';
import { aes, generateRandomKey } from '../../lib/crypto/index.js';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { type ChannelOptions, json, RealtimeClient, type RealtimeChannel } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';
import { vcdiff } from '../../lib/vcdiff.js';
import { plain } from '../support/plain.js';

const bytes = [0, 1, 127, 254, 255];
const payloads = ['text, ünïcödé 🙂', { nested: [1, null, { deep: true }] }, new Uint8Array(bytes), ''];

const dataOf = (messages: readonly { readonly data?: unknown }[]): unknown[] =>
  messages.map(({ data }) => plain(data));
const expected = payloads.map(plain);

const collect = <T>(count: number, listen: (listener: (item: T) => void) => unknown): Promise<T[]> =>
  new Promise((resolve) => {
    const items: T[] = [];
    listen((item) => {
      if (items.push(item) === count) resolve(items);
    });
  });
/** The next messages of a channel of the official client, which is attached once this resolves. */
const theirNext = async (channel: Ably.RealtimeChannel, count: number) => {
  const messages = collect<Ably.InboundMessage>(count, (listener) => channel.subscribe(listener));
  await channel.attach();
  return { messages };
};
const next = <T>(stream$: Observable<T>, count: number): Promise<T[]> =>
  firstValueFrom(stream$.pipe(take(count), toArray()));
/** The same for a channel of ours. */
const ourNext = async (channel: RealtimeChannel, count: number) => {
  const messages = next(channel.messages$, count);
  await channel.attach();
  return { messages };
};

for (const ours of ['json', 'msgpack'] as const) {
  for (const theirs of ['json', 'msgpack'] as const) {
    describe(`channels of ours in ${ours} and of the official client in ${theirs}`, () => {
      let server: ListeningEmulator;
      let client: RealtimeClient;
      let official: Ably.Realtime;
      const our = (name: string, options?: ChannelOptions): RealtimeChannel => client.channel(name, options);
      const their = (name: string, options?: Ably.ChannelOptions): Ably.RealtimeChannel =>
        official.channels.get(name, options);

      beforeEach(async () => {
        server = await listen();
        const { key, host: endpoint, port } = server;
        const where = { key, endpoint, port, tls: false } as const;
        const codec = ours === 'json' ? json : msgpack();
        client = new RealtimeClient({ ...where, clientId: 'ours', codec, vcdiff, log: () => undefined });
        official = new Ably.Realtime({
          ...{ ...where, clientId: 'theirs', fallbackHosts: [], logLevel: 0 },
          ...{ useBinaryProtocol: theirs === 'msgpack', plugins: { vcdiff: decoder } },
        });
      });
      afterEach(async () => {
        await client.dispose();
        official.close();
        await official.connection.whenState('closed');
        await server.close();
      });

      for (const bits of [128, 256]) {
        it(`RSL5a, RSL5b, RSL5c: the official client decrypts what ours encrypts, ${bits} bits`, async () => {
          const key = generateRandomKey(bits);
          const { messages } = await theirNext(their('x', { cipher: { key: Buffer.from(key) } }), 4);
          for (const data of payloads) await our('x', { cipher: aes({ key }) }).publish('n', data);
          const heard = await messages;
          expect(dataOf(heard)).to.deep.equal(expected);
          expect(heard.map(({ encoding }) => encoding ?? undefined)).to.deep.equal(
            payloads.map(() => undefined),
          );
        });

        it(`RSL5a, RSL6a: ours decrypts what the official client encrypts, ${bits} bits`, async () => {
          const key = generateRandomKey(bits);
          const { messages } = await ourNext(our('x', { cipher: aes({ key }) }), 4);
          const channel = their('x', { cipher: { key: Buffer.from(key) } });
          for (const data of payloads) await channel.publish('n', data);
          const heard = await messages;
          expect(dataOf(heard)).to.deep.equal(expected);
          expect(heard.map(({ encoding }) => encoding)).to.deep.equal(payloads.map(() => undefined));
        });
      }

      const alike = ['a text that is long enough', 'a text that is long enough too', { a: 1 }, { a: 2 }];
      const isDelta = ({ extras }: { readonly extras?: unknown }): boolean =>
        (extras as { readonly delta?: object } | undefined)?.delta !== undefined;

      it('RTL19, RTL20, PC3: ours undoes deltas of what the official client publishes', async () => {
        const { messages } = await ourNext(our('v', { params: { delta: 'vcdiff' } }), alike.length);
        for (const data of alike) await their('v').publish('n', data);
        const heard = await messages;
        expect(dataOf(heard)).to.deep.equal(alike);
        expect(heard.map(isDelta)).to.deep.equal([false, true, true, true]);
      });

      it('RTL19, RTL20, PC3: the official client undoes deltas of what ours publishes', async () => {
        const { messages } = await theirNext(their('v', { params: { delta: 'vcdiff' } }), alike.length);
        for (const data of alike) await our('v').publish('n', data);
        const heard = await messages;
        expect(dataOf(heard)).to.deep.equal(alike);
        expect(heard.map(isDelta)).to.deep.equal([false, true, true, true]);
      });

      it('RTL4k: each rewinds to what the other has published', async () => {
        for (const data of ['1', '2', '3']) await our('from ours').publish('n', data);
        for (const data of ['1', '2', '3']) await their('from theirs').publish('n', data);
        const params = { rewind: '2' };
        const { messages: toTheirs } = await theirNext(their('from ours', { params }), 2);
        expect(dataOf(await toTheirs)).to.deep.equal(['2', '3']);
        const { messages: toOurs } = await ourNext(our('from theirs', { params }), 2);
        expect(dataOf(await toOurs)).to.deep.equal(['2', '3']);
      });

      it('RTL10b: each reads what the other published until it attached, and nothing later', async () => {
        for (const data of ['1', '2', '3']) await our('from ours').publish('n', data);
        for (const data of ['1', '2', '3']) await their('from theirs').publish('n', data);
        await their('from ours').attach();
        await our('from theirs').attach();
        await our('from ours').publish('n', 'later');
        await their('from theirs').publish('n', 'later');
        const { items } = await their('from ours').history({ untilAttach: true });
        expect(dataOf(items)).to.deep.equal(['3', '2', '1']);
        const history = our('from theirs').history({ untilAttach: true, limit: 2 });
        expect(dataOf(await firstValueFrom(history.pipe(toArray())))).to.deep.equal(['3', '2', '1']);
        expect((await their('from theirs').history()).items[0]?.data).to.equal('later');
      });

      const changes = [
        ['message.update', 'second'],
        ['message.append', ' and more'],
        ['message.delete', 'gone'],
      ];

      it('RTL32: the official client hears of what ours changes, whosever message it is', async () => {
        const publishers = [
          () => our('mutable:x').publish('n', 'first'),
          () => their('mutable:x').publish('n', 'first'),
        ];
        for (const publish of publishers) {
          const { messages } = await theirNext(their('mutable:x'), 4);
          const { serials } = await publish();
          const serial = serials[0] ?? '';
          const [how, operation] = [our('mutable:x'), { description: 'why', metadata: { k: 'v' } }];
          const results = [
            await how.updateMessage({ serial, name: 'n', data: 'second' }, operation),
            await how.appendMessage({ serial, data: ' and more' }),
            await how.deleteMessage({ serial, data: 'gone' }),
          ];
          const heard = (await messages).slice(1);
          expect(heard.map(({ action, data }) => [action, plain(data)])).to.deep.equal(changes);
          expect(heard.map((message) => message.serial)).to.deep.equal([serial, serial, serial]);
          expect(heard.map(({ version }) => version.serial)).to.deep.equal(
            results.map(({ versionSerial }) => versionSerial),
          );
          expect(heard[0]?.version).to.deep.include({ clientId: 'ours', ...operation });
        }
      });

      it('RTL32: ours hears of what the official client changes, whosever message it is', async () => {
        const publishers = [
          () => our('mutable:x').publish('n', 'first'),
          () => their('mutable:x').publish('n', 'first'),
        ];
        for (const publish of publishers) {
          const { messages } = await ourNext(our('mutable:x'), 4);
          const { serials } = await publish();
          const serial = serials[0] ?? '';
          const [how, operation] = [their('mutable:x'), { description: 'why', metadata: { k: 'v' } }];
          const results = [
            await how.updateMessage({ serial, name: 'n', data: 'second' } as Ably.Message, operation),
            await how.appendMessage({ serial, data: ' and more' } as Ably.Message),
            await how.deleteMessage({ serial, data: 'gone' } as Ably.Message),
          ];
          const heard = (await messages).slice(1);
          expect(heard.map(({ action, data }) => [action, data])).to.deep.equal(changes);
          expect(heard.map((message) => message.serial)).to.deep.equal([serial, serial, serial]);
          expect(heard.map(({ version }) => version.serial)).to.deep.equal(
            results.map(({ versionSerial }) => versionSerial),
          );
          expect(heard[0]?.version).to.deep.include({ clientId: 'theirs', ...operation });
        }
      });

      it('RTL28, RTL31: each reads the message, and its versions, that the other has changed', async () => {
        const { serials } = await our('mutable:x').publish('n', 'first');
        const serial = serials[0] ?? '';
        await their('mutable:x').updateMessage({ serial, data: 'second' } as Ably.Message);
        await our('mutable:x').updateMessage({ serial, data: 'third' });
        expect((await our('mutable:x').getMessage(serial)).data).to.equal('third');
        expect((await their('mutable:x').getMessage(serial)).data).to.equal('third');
        const mine = await firstValueFrom(our('mutable:x').getMessageVersions(serial).pipe(toArray()));
        const { items } = await their('mutable:x').getMessageVersions(serial);
        expect(dataOf(mine)).to.deep.equal(['first', 'second', 'third']);
        expect(dataOf(items)).to.deep.equal(dataOf(mine));
        expect(items.map(({ version }) => version?.serial)).to.deep.equal(
          mine.map(({ version }) => version.serial),
        );
      });

      it('RTAN1, RTAN2, RTAN4, RTAN4b: each hears the annotations of the other, and what they sum up to', async () => {
        const modes = ['publish', 'subscribe', 'annotation_publish', 'annotation_subscribe'] as const;
        const mine = our('mutable:x', { modes });
        const yours = their('mutable:x', {
          modes: modes.map((mode) => mode.toUpperCase() as Ably.ChannelMode),
        });
        const { messages: toOurs } = await ourNext(mine, 4);
        const { messages: toTheirs } = await theirNext(yours, 4);
        const ourAnnotations = next(mine.annotations.annotations$, 3);
        const theirAnnotations = collect<Ably.Annotation>(3, (listener) =>
          yours.annotations.subscribe(listener),
        );
        const serial = (await mine.publish('n', 'x')).serials[0] ?? '';
        const type = 'reaction:distinct.v1';
        await mine.annotations.publish(serial, { type, name: 'heart', data: { a: 1 } });
        await yours.annotations.publish(serial, { type, name: 'heart', data: { a: 2 } });
        await mine.annotations.delete(serial, { type, name: 'heart' });
        const all = [
          ['annotation.create', 'ours', 'heart', { a: 1 }],
          ['annotation.create', 'theirs', 'heart', { a: 2 }],
          ['annotation.delete', 'ours', 'heart', undefined],
        ];
        for (const heard of [await ourAnnotations, await theirAnnotations]) {
          const seen = heard.map(({ action, clientId, name, data }) => [
            ...[action, clientId, name, data as unknown],
          ]);
          expect(seen).to.deep.equal(all);
          expect(heard.map(({ messageSerial }) => messageSerial)).to.deep.equal([serial, serial, serial]);
        }
        const clients = [['ours'], ['ours', 'theirs'], ['theirs']];
        for (const heard of [await toOurs, await toTheirs])
          for (const [index, { annotations }] of heard.slice(1).entries()) {
            const summary = annotations.summary as Record<string, Record<string, object>>;
            const clientIds = clients[index];
            expect(summary[type]?.['heart']).to.deep.include({ total: clientIds?.length, clientIds });
          } // TM7a: ours is as it came; the official client adds what is not clipped
        const [read, { items }] = [
          await firstValueFrom(mine.annotations.get(serial).pipe(toArray())),
          await yours.annotations.get(serial, null),
        ];
        expect(read.map(({ id }) => id)).to.deep.equal(items.map(({ id }) => id)); // RTAN3
      });

      const filter = 'name == `"wanted"` && headers.number > `1`';
      const headed = [1, 2, 3].flatMap((number) =>
        ['wanted', 'unwanted'].map((name) => ({
          ...{ name, data: `${name} ${number}`, extras: { headers: { number } } },
        })),
      );

      it('RTS5, RTS5a: what the official client publishes passes the filter of our derived channel', async () => {
        const { messages } = await ourNext(client.derivedChannel('d', { filter }), 2);
        for (const message of headed) await their('d').publish(message);
        expect(dataOf(await messages)).to.deep.equal(['wanted 2', 'wanted 3']);
      });

      it('RTS5, RTS5a: what ours publishes passes the filter of their derived channel', async () => {
        const { messages } = await theirNext(official.channels.getDerived('d', { filter }), 2);
        for (const message of headed) await our('d').publish(message);
        expect(dataOf(await messages)).to.deep.equal(['wanted 2', 'wanted 3']);
      });
    });
  }
}
