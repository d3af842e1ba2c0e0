import { expect } from 'chai';
import { firstValueFrom, toArray } from 'rxjs';
import type { Codec } from '../../lib/codec/codec.js';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { ErrorInfo, json, type Message, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';
import { rejectionOf } from '../support/thrown.js';

const codecs: readonly Codec[] = [json, msgpack()];
const dataOf = (messages: readonly Message[]): unknown[] => messages.map(({ data }) => data);

for (const codec of codecs)
  describe(`what the server has of a channel, ${codec.format}`, () => {
    let server: ListeningEmulator;
    let client: RealtimeClient;
    /** Method and path of each request, and its query. */
    const asked: unknown[] = [];

    beforeEach(async () => {
      server = await listen();
      const { key, host: endpoint, port } = server;
      client = new RealtimeClient({
        ...{ key, endpoint, port, tls: false, codec, log: () => undefined },
        fetch: (input, init) => {
          const { pathname, searchParams } = new URL(input as string);
          asked.push([init?.method, pathname, Object.fromEntries(searchParams)]);
          return fetch(input, init);
        },
      });
    });
    afterEach(async () => {
      asked.length = 0;
      await client.dispose();
      await server.close();
    });

    /** What came of publishing, as somebody receives it. */
    const published = async (name: string): Promise<Message> => {
      const channel = client.channel(name);
      await channel.attach();
      const received = firstValueFrom(channel.messages$);
      await channel.publish('n', { first: true });
      return received;
    };

    it('RTL10a, RSL2b, RSL2b1: history of a time, told in milliseconds or as a Date', async () => {
      const channel = client.channel('h');
      for (const data of ['1', '2', '3']) {
        await channel.publish('n', data);
        await new Promise((resolve) => setTimeout(resolve, 3)); // so that no two are of the same millisecond
      }
      const times = await firstValueFrom(channel.history({ direction: 'forwards' }).pipe(toArray()));
      const [first = NaN, second = NaN, third = NaN] = times.map(({ timestamp }) => timestamp);
      for (const [params, data] of [
        [{ start: second }, ['3', '2']],
        [{ start: new Date(second) }, ['3', '2']],
        [{ end: second }, ['2', '1']],
        [{ end: new Date(second) }, ['2', '1']],
        [{ start: first, end: second, direction: 'forwards' }, ['1', '2']],
        [{ start: second, end: new Date(second) }, ['2']],
        [{ start: third + 1 }, []],
      ] as const)
        expect(dataOf((await channel.history(params).page()).items)).to.deep.equal(data);
      asked.length = 0;
      await channel.history({ start: new Date(5), end: 6 }).page();
      expect(asked).to.deep.equal([['GET', '/channels/h/messages', { start: '5', end: '6' }]]);
      expect(await rejectionOf(channel.history({ start: 6, end: 5 }).page())).to.be.instanceOf(ErrorInfo);
    });

    it('RTL10a, RSL2b2: backwards, unless it is to be forwards', async () => {
      const channel = client.channel('h');
      for (const data of ['1', '2', '3']) await channel.publish('n', data);
      for (const [params, data] of [
        [{}, ['3', '2', '1']],
        [{ direction: 'backwards' }, ['3', '2', '1']],
        [{ direction: 'forwards' }, ['1', '2', '3']],
      ] as const)
        expect(dataOf((await channel.history(params).page()).items)).to.deep.equal(data);
    });

    it('RTL10a, RSL2b3: a hundred in a page, unless it is another number, up to 1,000', async () => {
      const channel = client.channel('mutable:h');
      for (let n = 0; n < 3; n += 1)
        await channel.publish(Array.from({ length: 400 }, (_, k) => ({ data: String(n * 400 + k) })));
      for (const [params, length] of [
        [{}, 100],
        [{ limit: 7 }, 7],
        [{ limit: 1000 }, 1000],
      ] as const)
        expect((await channel.history(params).page()).items).to.have.length(length);
      expect(await rejectionOf(channel.history({ limit: 1001 }).page())).to.be.instanceOf(ErrorInfo);
      expect(asked.slice(0, 2)).to.deep.equal([
        ['GET', '/channels/mutable%3Ah/messages', {}],
        ['GET', '/channels/mutable%3Ah/messages', { limit: '7' }],
      ]);
    });

    it('RSL11a, RSL11a1, RSL11b, RSL11c, RTL28: a message by its serial, or by itself', async () => {
      const message = await published('mutable:ä/b');
      const { serial = '' } = message;
      const channel = client.channel('mutable:ä/b');
      for (const wanted of [serial, message, { serial }])
        expect(await channel.getMessage(wanted)).to.deep.include({
          serial,
          name: 'n',
          data: { first: true },
        });
      const path = `/channels/${encodeURIComponent('mutable:ä/b')}/messages/${encodeURIComponent(serial)}`;
      expect(asked).to.deep.equal(Array(3).fill(['GET', path, {}]));
      expect(await rejectionOf(channel.getMessage({}))).to.deep.include({ code: 40003 });
    });

    it('RSL14a, RSL14a1, RSL14b, RTL31: the versions of a message by its serial, or by itself', async () => {
      const message = await published('mutable:v');
      const { serial = '' } = message;
      const channel = client.channel('mutable:v');
      await channel.updateMessage({ serial, data: 'second' });
      for (const wanted of [serial, message])
        expect(
          dataOf(await firstValueFrom(channel.getMessageVersions(wanted).pipe(toArray()))),
        ).to.deep.equal([{ first: true }, 'second']);
      await channel.getMessageVersions(message, { limit: 5, yes: true }).page();
      const path = `/channels/mutable%3Av/messages/${encodeURIComponent(serial)}/versions`;
      expect(asked).to.deep.equal([
        ['GET', path, {}],
        ['GET', path, {}],
        ['GET', path, { limit: '5', yes: 'true' }],
      ]);
    });

    it('RSAN3a, RSAN3b, RTAN3: the annotations of a message by its serial, or by itself', async () => {
      const message = await published('mutable:a');
      const { serial = '' } = message;
      const { annotations } = client.channel('mutable:a');
      const type = 'reaction:total.v1';
      await annotations.publish(message, { type, name: 'like' });
      for (const wanted of [serial, message, { serial }])
        expect((await annotations.get(wanted).page()).items.map(({ name }) => name)).to.deep.equal(['like']);
      await annotations.get(message, { limit: 5 }).page();
      const path = `/channels/mutable%3Aa/messages/${encodeURIComponent(serial)}/annotations`;
      expect(asked).to.deep.equal([
        ...Array<unknown>(3).fill(['GET', path, {}]),
        ['GET', path, { limit: '5' }],
      ]);
    });
  });
