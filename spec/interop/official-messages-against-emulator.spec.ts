import * as vcdiff from '@ably/vcdiff-decoder';
import * as Ably from 'ably';
import { expect } from 'chai';
import { type EmulatedConnection, listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { ended } from '../support/official-ably.js';

const codeOf = (promise: Promise<unknown>): Promise<number | undefined> =>
  promise.then(
    () => undefined,
    (error: unknown) => (error as Ably.ErrorInfo).code,
  );

for (const useBinaryProtocol of [false, true]) {
  describe(`messages of the official client against the emulator, in ${useBinaryProtocol ? 'MessagePack' : 'JSON'}`, () => {
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
    const collect = <T>(count: number, listen: (listener: (item: T) => void) => unknown): Promise<T[]> =>
      new Promise((resolve) => {
        const items: T[] = [];
        listen((item) => {
          if (items.push(item) === count) resolve(items);
        });
      });
    const received = (channel: Ably.RealtimeChannel, count: number): Promise<Ably.InboundMessage[]> =>
      collect(count, (listener) => channel.subscribe(listener));
    const connection = (): EmulatedConnection => {
      const [first] = server.emulator.connections;
      if (!first) throw new Error('Nobody is connected.');
      return first;
    };

    beforeEach(async () => {
      server = await listen();
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map(ended));
      await server.close();
    });

    describe('RTL32: changes', () => {
      it('updates, appends to and deletes a message, and hears of it', async () => {
        const channel = client({ clientId: 'ann' }).channels.get('mutable:chat');
        await channel.attach();
        const messages = received(channel, 4);
        const { serials } = await channel.publish({
          name: 'n',
          data: 'one',
          extras: { headers: { a: 'b' } },
        });
        const serial = serials[0] ?? '';
        const whole = { serial, name: 'n' } as Ably.Message;
        const versionSerials = [
          (
            await channel.updateMessage(
              { ...whole, data: 'two' },
              { description: 'why', metadata: { k: 'v' } },
            )
          ).versionSerial,
          (await channel.appendMessage({ serial, data: ', three' } as Ably.Message)).versionSerial,
          (await channel.deleteMessage({ serial } as Ably.Message)).versionSerial,
        ];
        const heard = await messages;
        expect(heard.map(({ action, data, serial: of }) => [action, data as unknown, of])).deep.equal([
          ['message.create', 'one', serial],
          ['message.update', 'two', serial],
          ['message.append', ', three', serial],
          ['message.delete', 'two, three', serial],
        ]);
        expect(heard.slice(1).map(({ version }) => version.serial)).deep.equal(versionSerials);
        expect(heard[1]?.version).include({ clientId: 'ann', description: 'why' });
        expect(heard[1]?.version.metadata).deep.equal({ k: 'v' });
        expect(heard[1]?.extras).deep.equal({ headers: { a: 'b' } });
        expect(heard.map(({ timestamp }) => timestamp)).deep.equal(heard.map(() => heard[0]?.timestamp));
      });

      it('RSL11, RSL14: reads a message and its versions, and the latest in the history', async () => {
        const channel = client().channels.get('mutable:chat');
        const { serials } = await channel.publish('n', { a: 1 });
        const serial = serials[0] ?? '';
        for (const a of [2, 3]) await channel.updateMessage({ serial, data: { a } } as Ably.Message);
        const now = await channel.getMessage(serial);
        expect([now.action, now.data as unknown, now.serial]).deep.equal([
          'message.update',
          { a: 3 },
          serial,
        ]);
        const first = await channel.getMessageVersions(serial, { limit: 2 });
        const second = await first.next();
        expect([...first.items, ...(second?.items ?? [])].map(({ data }) => data as unknown)).deep.equal(
          [1, 2, 3].map((a) => ({ a })),
        );
        expect([first.hasNext(), second?.hasNext()]).deep.equal([true, false]);
        const { items } = await channel.history();
        expect(items.map(({ data }) => data as unknown)).deep.equal([{ a: 3 }]);
      });

      it('RSL15: updates, deletes and appends over REST, to all attachments', async () => {
        const channel = client().channels.get('mutable:chat');
        await channel.attach();
        const messages = received(channel, 4);
        const rest = new Ably.Rest(where()).channels.get('mutable:chat');
        const { serials } = await rest.publish('n', 'one');
        const serial = serials[0] ?? '';
        await rest.updateMessage({ serial, data: 'two' } as Ably.Message, { clientId: 'bob' });
        await rest.appendMessage({ serial, data: '!' } as Ably.Message);
        const { versionSerial } = await rest.deleteMessage({ serial } as Ably.Message);
        const heard = await messages;
        expect(heard.map(({ action }) => action)).deep.equal([
          ...['message.create', 'message.update', 'message.append', 'message.delete'],
        ]);
        expect([heard[1]?.version.clientId, heard[3]?.version.serial]).deep.equal(['bob', versionSerial]);
        expect((await rest.getMessage(serial)).data).equal('two!');
      });

      it('gets the reason when an edit is refused', async () => {
        const { channels } = client();
        const message = { serial: 'none', data: 'x' } as Ably.Message;
        expect(await codeOf(channels.get('chat').updateMessage(message))).equal(93_002);
        expect(await codeOf(channels.get('mutable:chat').updateMessage(message))).equal(40_400);
        const rest = new Ably.Rest(where()).channels;
        expect(await codeOf(rest.get('chat').deleteMessage(message))).equal(93_002);
        expect(await codeOf(rest.get('mutable:chat').getMessage('none'))).equal(40_400);
      });
    });

    describe('RTAN: annotations', () => {
      it('publishes and deletes them, hears them and what they sum up to, and reads them', async () => {
        const modes: Ably.ChannelMode[] = [
          'SUBSCRIBE',
          'PUBLISH',
          'ANNOTATION_SUBSCRIBE',
          'ANNOTATION_PUBLISH',
        ];
        const channel = client({ clientId: 'ann' }).channels.get('mutable:chat', { modes });
        await channel.attach();
        expect(channel.modes).deep.equal([
          'publish',
          'subscribe',
          'annotation_publish',
          'annotation_subscribe',
        ]);
        const messages = received(channel, 4);
        const annotations = collect<Ably.Annotation>(3, (listener) =>
          channel.annotations.subscribe(listener),
        );
        const { serials } = await channel.publish('n', 'x');
        const serial = serials[0] ?? '';
        const type = 'reaction:distinct.v1';
        await channel.annotations.publish(serial, { type, name: 'heart', data: { why: 1 } });
        await channel.annotations.publish(serial, { type: 'seen:multiple.v1', name: 'here', count: 2 });
        await channel.annotations.delete(serial, { type, name: 'heart' });
        const heard = await annotations;
        expect(heard.map(({ action, name }) => [action, name])).deep.equal([
          ['annotation.create', 'heart'],
          ['annotation.create', 'here'],
          ['annotation.delete', 'heart'],
        ]);
        expect(heard[0]).include({ clientId: 'ann', messageSerial: serial, type });
        expect(heard[0]?.data).deep.equal({ why: 1 });
        expect(new Set(heard.map(({ id }) => id)).size).equal(3);
        const summaries = (await messages).slice(1);
        expect(summaries.map(({ action, serial: of }) => [action, of])).deep.equal(
          summaries.map(() => ['message.summary', serial]),
        );
        expect(summaries[1]?.annotations.summary).deep.equal({
          [type]: { heart: { total: 1, clientIds: ['ann'], clipped: false } },
          'seen:multiple.v1': {
            here: {
              total: 2,
              clientIds: { ann: 2 },
              totalUnidentified: 0,
              totalClientIds: 1,
              clipped: false,
            },
          },
        });
        expect(Object.keys(summaries[2]?.annotations.summary ?? {})).deep.equal(['seen:multiple.v1']);
        const { items } = await channel.annotations.get(serial, null);
        expect(items.map(({ serial: of }) => of)).deep.equal(heard.map(({ serial: of }) => of));
      });

      it('RSAN: does the same over REST', async () => {
        const rest = new Ably.Rest({ ...where(), clientId: 'ann' }).channels.get('mutable:chat');
        const { serials } = await rest.publish('n', 'x');
        const serial = serials[0] ?? '';
        await rest.annotations.publish(serial, { type: 'like:flag.v1' });
        await rest.annotations.delete(serial, { type: 'like:flag.v1' });
        const first = await rest.annotations.get(serial, { limit: 1 });
        const second = await first.next();
        expect([first, second].map((page) => page?.items[0]?.action)).deep.equal([
          'annotation.create',
          'annotation.delete',
        ]);
        expect(await codeOf(rest.annotations.publish('none', { type: 'like:flag.v1' }))).equal(40_400);
        const plain = new Ably.Rest(where()).channels.get('chat');
        expect(await codeOf(plain.annotations.publish(serial, { type: 'like:total.v1' }))).equal(93_002);
      });
    });

    describe('RTL18 to RTL20: deltas', () => {
      const payloads = [
        'some text',
        'some other text',
        { a: 1 },
        { a: 2 },
        Buffer.from([1, 2, 3]),
        Buffer.from([1, 3]),
      ];
      const withDeltas = (): Ably.RealtimeChannel =>
        client({ plugins: { vcdiff } }).channels.get('chat', { params: { delta: 'vcdiff' } });

      it('deltas are undone', async () => {
        const channel = withDeltas();
        await channel.attach();
        const messages = received(channel, payloads.length);
        for (const data of payloads) await channel.publish('n', data);
        const heard = await messages;
        expect(heard.map(({ data }) => data as unknown)).deep.equal(payloads);
        expect(
          heard.map(({ extras }) => (extras as { delta?: object } | undefined)?.delta !== undefined),
        ).deep.equal([...[false, true, true, true, true, true]]);
      });

      for (const how of ['base', 'payload'] as const) {
        it(`a broken ${how} is recovered from, and no message is lost or doubled`, async () => {
          const channel = withDeltas();
          await channel.attach();
          const messages = received(channel, 5);
          for (const data of ['1', '2']) await channel.publish('n', data);
          connection().breakDelta(how);
          const attaching = channel.once('attaching');
          for (const data of ['3', '4', '5']) server.emulator.publish('chat', { name: 'n', data });
          expect((await attaching).reason?.code).equal(40_018);
          expect((await messages).map(({ data }) => data as unknown)).deep.equal(['1', '2', '3', '4', '5']);
        });
      }
    });

    it('RTS5: gives a derived channel what its filter lets pass', async () => {
      const { channels } = client();
      const derived = channels.getDerived('[?rewind=1]chat', { filter: 'name == `"a"` && headers.n > `1`' });
      const headed = (name: string, n: number) => ({ name, data: String(n), extras: { headers: { n } } });
      server.emulator.publish('chat', headed('a', 5));
      const messages = received(derived, 3);
      await derived.attach();
      for (const message of [headed('a', 1), headed('a', 2), headed('b', 3), headed('a', 4)])
        server.emulator.publish('chat', message);
      expect((await messages).map(({ data }) => data as unknown)).deep.equal(['5', '2', '4']);
      expect(await codeOf(derived.publish('a', 'x'))).equal(40_000);
      expect(await codeOf(channels.getDerived('other', { filter: 'name ==' }).attach())).equal(40_003);
    });

    it('sends occupancy to attachments that ask for it', async () => {
      const channel = client().channels.get('chat', { params: { occupancy: 'metrics' } });
      const messages = received(channel, 2);
      await channel.attach();
      await client().channels.get('chat').attach();
      const heard = await messages;
      expect(heard.map(({ name, action }) => [name, action])).deep.equal([
        ['[meta]occupancy', 'meta'],
        ['[meta]occupancy', 'meta'],
      ]);
      expect(
        heard.map(({ data }) => (data as { metrics: { connections: number } }).metrics.connections),
      ).deep.equal([1, 2]);
    });

    describe('faults of a channel', () => {
      const error = { code: 90_123, statusCode: 400, message: 'because' };

      it('RTL13: attaches again when it is detached, and later when that is refused', async () => {
        const channel = client({ channelRetryTimeout: 20 } as Ably.ClientOptions).channels.get('chat');
        await channel.attach();
        const states: string[] = [];
        channel.on(({ current, reason }) => states.push(`${current} ${reason?.code ?? ''}`.trim()));
        connection().refuseAttach(error);
        connection().detach('chat', error);
        await channel.once('attached');
        expect(states).deep.equal(['attaching 90123', 'suspended 90123', 'attaching', 'attached']);
      });

      it('RTL14: fails', async () => {
        const channel = client().channels.get('chat');
        await channel.attach();
        connection().fail('chat', error);
        expect((await channel.once('failed')).reason?.code).equal(90_123);
      });

      it('RTL12: hears of lost continuity, and nothing where there is some', async () => {
        const channel = client().channels.get('chat');
        await channel.attach();
        const updates = collect<Ably.ChannelStateChange>(1, (listener) => channel.on('update', listener));
        connection().reattach('chat', { resumed: true });
        connection().reattach('chat', { error });
        const [update] = await updates;
        expect([update?.resumed, update?.reason?.code]).deep.equal([false, 90_123]);
      });
    });

    it('RSL1k: publishes messages with the same ids once, over REST and on a connection', async () => {
      const channel = client().channels.get('chat');
      await channel.attach();
      const messages = received(channel, 2);
      const rest = new Ably.Rest(where()).channels.get('chat');
      const results = [
        await rest.publish({ id: 'mine', data: 'a' }),
        await rest.publish({ id: 'mine', data: 'a' }),
        await channel.publish({ id: 'mine', data: 'a' }),
      ];
      await channel.publish('last', 'b');
      expect((await messages).map(({ data }) => data as unknown)).deep.equal(['a', 'b']);
      expect(new Set(results.map(({ serials }) => serials[0])).size).equal(1);
    });

    it('RTL10, RSL2: pages through the history, to the current, the first and the next page', async () => {
      const channel = client().channels.get('persisted:chat');
      for (const data of ['1', '2', '3']) await channel.publish('n', data);
      const page = await channel.history({ limit: 2 });
      const next = await page.next();
      const [current, first] = [await next?.current(), await next?.first()];
      expect(
        [page, next, current, first].map((one) => one?.items.map(({ data }) => data as unknown)),
      ).deep.equal([['3', '2'], ['1'], ['1'], ['3', '2']]);
    });
  });
}
