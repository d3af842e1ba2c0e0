import { expect } from 'chai';
import { filter, firstValueFrom, take, toArray } from 'rxjs';
import type { Codec } from '../../lib/codec/codec.js';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { type ClientOptions, type ErrorInfo, json, type Message, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';
import { vcdiff } from '../../lib/vcdiff.js';
import { unhandledDuring } from '../support/unhandled.js';

const codecs: readonly Codec[] = [json, msgpack()];
const failed = (promise: Promise<unknown>): Promise<ErrorInfo> =>
  promise.then(
    () => expect.fail('it did not reject'),
    (error: unknown) => error as ErrorInfo,
  );
const dataOf = (messages: readonly Message[]): unknown[] => messages.map(({ data }) => data);

for (const codec of codecs)
  describe(`channels on real sockets, ${codec.format}`, () => {
    const clients: RealtimeClient[] = [];
    let server: ListeningEmulator;
    const clientOf = (options: Partial<ClientOptions> = {}): RealtimeClient => {
      const { key, host: endpoint, port } = server;
      const client = new RealtimeClient({
        ...{ key, endpoint, port, tls: false, codec, log: () => undefined, ...options },
      });
      clients.push(client);
      return client;
    };
    beforeEach(async () => {
      server = await listen();
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.dispose()));
      await server.close();
    });

    describe('history', () => {
      it('RSL2, RTL10, RTL10d: a cold Observable of all there is, newest first', async () => {
        const [sender, reader] = [clientOf(), clientOf()];
        for (const data of ['1', '2', '3', '4', '5']) await sender.channel('h').publish('n', data);
        const history = reader.channel('h').history({ limit: 2 });
        expect(dataOf(await firstValueFrom(history.pipe(toArray())))).to.deep.equal([
          '5',
          '4',
          '3',
          '2',
          '1',
        ]);
        expect(reader.connection.state).to.equal('initialized'); // RSL2: no connection is needed
      });

      it('RSL2a, RTL10c, TG3, TG4, TG5, TG6, TG7: page by page', async () => {
        const client = clientOf();
        for (const data of ['1', '2', '3']) await client.channel('h').publish('n', data);
        const page = await client.channel('h').history({ limit: 2, direction: 'forwards' }).page();
        expect([dataOf(page.items), page.hasNext, page.isLast]).to.deep.equal([['1', '2'], true, false]);
        const next = await page.next();
        expect([dataOf(next?.items ?? []), next?.hasNext, next?.isLast]).to.deep.equal([['3'], false, true]);
        expect(await next?.next()).to.equal(null);
        expect(dataOf((await next?.first())?.items ?? [])).to.deep.equal(['1', '2']);
      });

      it('asks for a page only when it is wanted', async () => {
        const asked: string[] = [];
        const client = clientOf({
          fetch: (input, init) => {
            asked.push(input as string);
            return fetch(input, init);
          },
        });
        for (const data of ['1', '2', '3']) await client.channel('h').publish('n', data);
        const history = client.channel('h').history({ limit: 1 });
        expect(asked).to.deep.equal([]);
        await firstValueFrom(history.pipe(take(1)));
        expect(asked).to.have.length(1);
        await firstValueFrom(history.pipe(take(2), toArray()));
        expect(asked).to.have.length(3);
      });

      it('RTL10b: history until the attach ends there, and is refused where the channel is not attached', async () => {
        const client = clientOf();
        const channel = client.channel('h');
        await channel.publish('n', 'before');
        expect((await failed(firstValueFrom(channel.history({ untilAttach: true })))).code).to.equal(90000);
        await channel.attach();
        await channel.publish('n', 'after');
        const history = channel.history({ untilAttach: true });
        expect(dataOf(await firstValueFrom(history.pipe(toArray())))).to.deep.equal(['before']);
      });

      for (const past of [2, 'untilAttach'] as const)
        it(`joins ${past} of the past with what is live, without a gap and without doubles, for each subscriber`, async () => {
          const [sender, reader] = [clientOf(), clientOf()];
          let n = 0;
          const publish = (): Promise<unknown> => sender.channel('h').publish('n', String(n++));
          for (let k = 0; k < 5; k += 1) await publish();
          const channel = reader.channel('h');
          const first = firstValueFrom(
            channel.messages(undefined, { history: past }).pipe(take(8), toArray()),
          );
          const busy = (async () => {
            for (let k = 0; k < 20; k += 1) await publish();
          })();
          const received = dataOf(await first).map(Number);
          const from = received[0] ?? NaN;
          expect(received).to.deep.equal([...Array(8).keys()].map((k) => k + from));
          if (past === 'untilAttach') expect(from).to.equal(0);
          const second = firstValueFrom(channel.messages('n', { history: past }).pipe(take(6), toArray()));
          await busy;
          for (let k = 0; k < 6; k += 1) await publish();
          const again = dataOf(await second).map(Number);
          const start = again[0] ?? NaN;
          expect(again).to.deep.equal([...Array(6).keys()].map((k) => k + start));
        });
    });

    describe('changes of messages', () => {
      const published = async (client: RealtimeClient, name = 'mutable:m') => {
        const channel = client.channel(name);
        await channel.attach();
        const received = firstValueFrom(channel.messages$);
        await channel.publish('n', 'first');
        return { channel, message: await received };
      };

      it('RTL32, RTL32a, RTL32b, RTL32b1, RTL32b2, RTL32d: updates a message', async () => {
        const { channel, message } = await published(clientOf({ clientId: 'ann' }));
        const update = firstValueFrom(channel.messages$);
        const { versionSerial } = await channel.updateMessage(
          { ...message, data: 'second' },
          { description: 'a mistake', metadata: { a: 'b' } },
        );
        expect(await update).to.deep.include({
          action: 'message.update',
          data: 'second',
          serial: message.serial,
          name: 'n',
        });
        expect((await update).version).to.deep.include({
          serial: versionSerial,
          clientId: 'ann',
          description: 'a mistake',
        });
        expect((await channel.getMessage(message)).data).to.equal('second'); // RTL28
      });

      it('RTL32: deletes and appends', async () => {
        const { channel, message } = await published(clientOf());
        const changes = firstValueFrom(channel.messages$.pipe(take(2), toArray()));
        await channel.appendMessage({ serial: message.serial, data: ' and more' });
        expect((await channel.getMessage(message.serial ?? '')).data).to.equal('first and more');
        await channel.deleteMessage(message);
        expect((await changes).map(({ action }) => action)).to.deep.equal([
          'message.append',
          'message.delete',
        ]);
      });

      it('RTL31, RSL14, RSL14b, RSL14c: tells the versions of a message', async () => {
        const { channel, message } = await published(clientOf());
        for (const data of ['second', 'third']) await channel.updateMessage({ serial: message.serial, data });
        const versions = await firstValueFrom(channel.getMessageVersions(message).pipe(toArray()));
        expect(dataOf(versions)).to.deep.equal(['first', 'second', 'third']);
      });

      it('RTL32a, RTL32c: wants a serial, and leaves what it is given as it is', async () => {
        const { channel, message } = await published(clientOf());
        expect((await failed(channel.updateMessage({ data: 'x' }))).code).to.equal(40003);
        const frozen = Object.freeze({ ...message, data: Object.freeze({ a: 1 }) });
        await channel.updateMessage(frozen);
        expect(frozen).to.deep.include({ action: 'message.create', data: { a: 1 } });
      });

      it('RTL32d: rejects where messages cannot be changed', async () => {
        const { channel, message } = await published(clientOf(), 'plain');
        expect((await failed(channel.updateMessage({ ...message, data: 'x' }))).code).to.equal(93002);
      });

      it('a refused edit whose promise is not awaited shows on errors$, and is no unhandled rejection', async () => {
        const client = clientOf();
        const { channel, message } = await published(client, 'plain');
        const told = firstValueFrom(client.errors$);
        const unhandled = await unhandledDuring(async () => {
          void channel.updateMessage({ ...message, data: 'x' });
          expect((await told).code).to.equal(93002);
        });
        expect(unhandled).to.deep.equal([]);
      });

      it('RTL28: rejects where there is no such message', async () => {
        const error = await failed(clientOf().channel('mutable:m').getMessage('no such serial'));
        expect(error.statusCode).to.equal(404);
      });
    });

    describe('annotations', () => {
      const annotated = async (modes: readonly string[]) => {
        const client = clientOf({ clientId: 'ann' });
        const channel = client.channel('mutable:a', { modes: modes as never });
        await channel.attach();
        const received = firstValueFrom(channel.messages$);
        await channel.publish('n', 'first');
        return { client, channel, message: await received };
      };
      const modes = ['publish', 'subscribe', 'annotation_publish', 'annotation_subscribe'];
      const type = 'reaction:distinct.v1';

      it('RTAN1, RTAN1a, RTAN1c, RTAN1d, RTAN4, RTAN4b, RTL26: annotations are published, received and summarized', async () => {
        const { channel, message } = await annotated(modes);
        const annotation = firstValueFrom(channel.annotations.annotations$);
        const summary = firstValueFrom(channel.messages$);
        await channel.annotations.publish(message, { type, name: 'like', data: { a: 1 } });
        expect(await annotation).to.deep.include({
          ...{ action: 'annotation.create', type, name: 'like', clientId: 'ann' },
          ...{ messageSerial: message.serial, data: { a: 1 } },
        });
        expect(await summary).to.deep.include({ action: 'message.summary', serial: message.serial });
        expect((await summary).annotations.summary).to.have.property(type);
      });

      it('RTAN2, RTAN2a, RTAN4c: annotations are deleted, and received by type', async () => {
        const { channel, message } = await annotated(modes);
        const heard = firstValueFrom(channel.annotations.ofType(['other', type]).pipe(take(2), toArray()));
        const others: unknown[] = [];
        channel.annotations.ofType('no such type').subscribe((annotation) => others.push(annotation));
        await channel.annotations.publish(message.serial ?? '', { type, name: 'like' });
        await channel.annotations.delete(message, { type, name: 'like' });
        expect((await heard).map(({ action }) => action)).to.deep.equal([
          'annotation.create',
          'annotation.delete',
        ]);
        expect(others).to.deep.equal([]);
      });

      it('RTAN3, RTAN3a, RSAN3b, RSAN3c: annotations can be read afterwards', async () => {
        const { channel, message } = await annotated(modes);
        for (const name of ['like', 'love']) await channel.annotations.publish(message, { type, name });
        const all = await firstValueFrom(channel.annotations.get(message, { limit: 1 }).pipe(toArray()));
        expect(all.map(({ name }) => name)).to.deep.equal(['like', 'love']);
      });

      it('RTAN1a, RSAN1a3: want a type, and the serial of a message', async () => {
        const { channel, message } = await annotated(modes);
        expect((await failed(channel.annotations.publish(message, { type: '' }))).code).to.equal(40003);
        expect((await failed(channel.annotations.publish({}, { type }))).code).to.equal(40003);
      });

      it('RTAN4e: says so where they are listened to without their mode', async () => {
        const logged: string[] = [];
        const client = clientOf({ log: (level, { message }) => level === 'error' && logged.push(message) });
        const channel = client.channel('mutable:a');
        channel.annotations.annotations$.subscribe();
        channel.annotations.annotations$.subscribe();
        await channel.attach();
        expect(logged).to.have.length(1);
        expect(logged[0]).to.contain('annotation_subscribe');
      });
    });

    it('RTS5, RTS5a, RTS5a1: a derived channel has the messages that meet its filter', async () => {
      const client = clientOf();
      const derived = client.derivedChannel('d', { filter: 'name == `"wanted"` && headers.number > `1`' });
      const received = firstValueFrom(derived.messages$.pipe(take(2), toArray()));
      await derived.attach();
      for (const number of [1, 2, 3]) {
        await client
          .channel('d')
          .publish({ name: 'wanted', data: String(number), extras: { headers: { number } } });
        await client
          .channel('d')
          .publish({ name: 'unwanted', data: String(number), extras: { headers: { number } } });
      }
      expect(dataOf(await received)).to.deep.equal(['2', '3']);
    });

    it('RTS4, RTS4a, RTS2: a channel that is released is detached and forgotten', async () => {
      const client = clientOf();
      const before = client.channel('r');
      await before.attach();
      let ended = false;
      before.messages$.subscribe({ complete: () => (ended = true) });
      expect([...client.channels.keys()]).to.deep.equal(['r']);
      await client.releaseChannel('r');
      expect([ended, before.state, client.channels.size]).to.deep.equal([true, 'detached', 0]);
      expect(client.channel('r')).to.not.equal(before);
      await client.releaseChannel('no such channel'); // RTS4: nothing to do
    });

    it('RTS4a: a channel that was released is over, and takes nothing from the new one of its name', async () => {
      const client = clientOf();
      const before = client.channel('r');
      await before.attach();
      await Promise.all([client.releaseChannel('r'), client.releaseChannel('r')]);
      const heard: unknown[] = [];
      before.messages$.subscribe({
        next: ({ data }) => heard.push(data),
        complete: () => heard.push('over'),
      });
      expect(await failed(before.attach())).to.deep.include({ code: 90001 });
      const channel = client.channel('r');
      await channel.attach();
      channel.messages$.subscribe(({ data }) => heard.push(data));
      await channel.publish('n', 'x');
      expect([heard, before.state, channel.state]).to.deep.equal([['over', 'x'], 'detached', 'attached']);
    });

    it('RTL10: history and live messages join without duplicates, even for a subscription in the middle of a frame', async () => {
      const channel = clientOf().channel('h');
      const heard: unknown[] = [];
      channel.messages$.pipe(take(1)).subscribe(() => {
        channel
          .messages(undefined, { history: 'untilAttach' })
          .pipe(take(4), toArray())
          .subscribe((all) => heard.push(...dataOf(all)));
      });
      await channel.attach();
      await channel.publish(['1', '2', '3'].map((data) => ({ data })));
      const last = firstValueFrom(channel.messages('last', { history: 'untilAttach' }));
      await channel.publish('last', '4');
      await last;
      await firstValueFrom(channel.history());
      expect(heard).to.deep.equal(['1', '2', '3', '4']);
    });

    it('RTL16, RTL16a: takes over other options without missing a message', async () => {
      const [sender, client] = [clientOf(), clientOf()];
      const channel = client.channel('o');
      const received = firstValueFrom(channel.messages$.pipe(take(40), toArray()));
      await channel.attach();
      const publishing = (async () => {
        for (let n = 0; n < 40; n += 1) await sender.channel('o').publish('n', String(n));
      })();
      for (let n = 0; n < 5; n += 1)
        await channel.setOptions({ modes: n % 2 === 0 ? ['subscribe'] : ['subscribe', 'publish'] });
      expect(channel.modes).to.deep.equal(['subscribe']);
      await publishing;
      expect(dataOf(await received).map(Number)).to.deep.equal([...Array(40).keys()]);
    });

    it('RTL19, RTL20: receives deltas as whole messages', async () => {
      const client = clientOf({ vcdiff });
      const channel = client.channel('v', { params: { delta: 'vcdiff' } });
      const payloads = [
        'a text that is long enough',
        'a text that is long enough too',
        { a: [1, 2, 3] },
        { a: [1, 2, 4] },
      ];
      const received = firstValueFrom(channel.messages$.pipe(take(4), toArray()));
      await channel.attach();
      for (const data of payloads) await channel.publish('n', data);
      expect(dataOf(await received)).to.deep.equal(payloads);
    });

    it('RTL18, RTL18a, RTL18b, RTL18c: recovers from a delta that cannot be undone', async () => {
      for (const how of ['base', 'payload'] as const) {
        const client = clientOf({ vcdiff });
        const channel = client.channel(`v-${how}`, { params: { delta: 'vcdiff' } });
        const [errors, gaps]: [number[], unknown[]] = [[], []];
        client.errors$.subscribe(({ code }) => errors.push(code));
        channel.discontinuities$.subscribe((gap) => gaps.push(gap));
        const reattached = firstValueFrom(
          channel.changes$.pipe(filter(({ reason }) => reason?.code === 40018)),
        );
        const received = firstValueFrom(channel.messages$.pipe(take(3), toArray()));
        await channel.attach();
        await channel.publish('n', 'a text that is long enough');
        server.emulator.connections.find(({ id }) => id === client.connection.id)?.breakDelta(how);
        await channel.publish('n', 'a text that is long enough too');
        expect((await reattached).current).to.equal('attaching');
        await channel.attach();
        await channel.publish('n', 'a text that is long enough as well');
        expect(dataOf(await received)).to.deep.equal([
          'a text that is long enough',
          'a text that is long enough too',
          'a text that is long enough as well',
        ]);
        expect([errors, gaps]).to.deep.equal([[40018], []]);
      }
    });
  });
