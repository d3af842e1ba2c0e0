import { expect } from 'chai';
import { firstValueFrom, toArray } from 'rxjs';
import { aes } from '../../../lib/crypto/index.js';
import { type RealtimeChannel, RealtimeClient } from '../../../lib/index.js';
import {
  annotate,
  batchPublish,
  edit,
  type ErrorInfo,
  getMessage,
  getMessageVersions,
  historyOf,
  publish,
  type RestOptions,
} from '../../../lib/rest.js';
import { codecs } from '../../support/fake-ably.js';
import { plain } from '../../support/plain.js';
import { answerIn, restWorld } from '../../support/rest-world.js';
import { codesOf, rejectionOf, thrownBy } from '../../support/thrown.js';

const cipher = aes({ key: new Uint8Array(16).fill(7) });

for (const codec of codecs)
  describe(`publishing without a connection, ${codec.format}`, () => {
    it('RSL1a, RSL1b, RSL1c, RSL1l, RSL1n: publishes a name and a payload, a message, and several in one request', async () => {
      const { client, sent } = restWorld(codec);
      const channel = client.channel('a b/c');
      const one = await publish(channel, 'n', { any: [1] });
      await publish(channel, { name: 'm', data: new Uint8Array([1, 255]) });
      const many = await publish(channel, [{ data: 'x' }, { name: 'y' }], { params: { ephemeral: false } });
      expect([one.serials.length, many.serials.length]).to.deep.equal([1, 2]);
      expect(sent.map(({ method, path }) => [method, path])).to.deep.equal([
        ['POST', '/channels/a%20b%2Fc/messages'],
        ['POST', '/channels/a%20b%2Fc/messages'],
        ['POST', '/channels/a%20b%2Fc/messages?ephemeral=false'],
      ]);
      const found = await firstValueFrom(historyOf(channel, { direction: 'forwards' }).pipe(toArray()));
      expect(found.map(({ name, data }) => [name, plain(data)])).to.deep.equal([
        ['n', { any: [1] }],
        ['m', { bytes: [1, 255] }],
        [undefined, 'x'],
        ['y', undefined],
      ]);
    });

    it('RSL1e, RSL1m: sends no null, and no clientId but the one that is given', async () => {
      const { client, sent } = restWorld(codec, { clientId: 'me' });
      await publish(client.channel('a'), null, 'x');
      await publish(client.channel('a'), { name: 'n', data: null, clientId: 'me' });
      const [first, second] = sent.map(({ body }) => Object.keys((body as readonly object[])[0]!));
      expect([first, second]).to.deep.equal([
        ['data', 'id'],
        ['name', 'clientId', 'id'],
      ]);
    });

    it('RSL1k1, RSL1k2, RSL1k3: gives ids to messages of which none has one', async () => {
      const draws = [62, 63, 0, 10]; // each letter that base64 does not share with its kind for URLs
      let drawn = 0;
      const { client, sent } = restWorld(codec, { random: () => draws[drawn++ % 4]! / 64 });
      const idsOf = (at: number): unknown =>
        (sent[at]?.body as readonly { readonly id?: string }[]).map(({ id }) => id);
      const channel = client.channel('a');
      await publish(channel, [{ data: 'x' }, { data: 'y' }]);
      await publish(channel, { data: 'x', id: 'mine' });
      const [first, second] = idsOf(0) as string[];
      expect(first).to.equal('+/AK+/AK+/AK:0');
      expect(second).to.equal(first?.replace(/0$/, '1'));
      expect(idsOf(1)).to.deep.equal(['mine']);
      await publish(channel, [{ data: 'x' }, { data: 'y', id: 'mine' }]);
      expect(idsOf(2)).to.deep.equal([undefined, 'mine']);
    });

    it('TO3n, RSL1k1, RSC22d, RSAN1c4: gives no ids where "idempotentRestPublishing" is false', async () => {
      const { client, sent } = restWorld(codec, { idempotentRestPublishing: false });
      const channel = client.channel('a');
      await publish(channel, [{ data: 'x' }, { data: 'y' }]);
      await publish(channel, { data: 'x', id: 'mine' });
      await batchPublish(client, { channels: ['a'], messages: [{ data: 'x' }] });
      for (const id of [undefined, 'mine'])
        await annotate(channel, 'serial', { type: 't', id }).catch(() => undefined);
      const idsOf = (value: unknown): unknown => (value as { readonly id?: string }[]).map(({ id }) => id);
      const [first, second, batch, ...annotations] = sent.map(({ body }) => body);
      const { messages } = (batch as readonly { readonly messages: unknown }[])[0]!;
      expect([first, second, messages, ...annotations].map(idsOf)).to.deep.equal([
        ...[[undefined, undefined], ['mine'], [undefined]],
        ...[[undefined], ['mine']],
      ]);
    });

    it('RSL1k4, RSC15l3: publishes once where the first answer was lost and the next host is asked', async () => {
      let lost = true;
      const world = restWorld(codec, { fallbackHosts: ['127.0.0.1'], random: () => 0.25 });
      const { fetch: served } = world;
      const second = restWorld(codec, {
        fallbackHosts: ['127.0.0.1'],
        key: world.key,
        fetch: async (input, init) => {
          const answer = await served(input, init);
          if (!lost) return answer;
          lost = false;
          return answerIn(
            codec,
            { error: { code: 50000, statusCode: 500, message: 'lost' } },
            { status: 500 },
          );
        },
      });
      await publish(second.client.channel('a'), [{ data: 'x' }, { data: 'y' }]);
      expect(world.sent.map(({ host }) => host)).to.deep.equal(['localhost', '127.0.0.1']);
      expect(world.sent[0]?.body).to.deep.equal(world.sent[1]?.body);
      const { items } = await historyOf(world.client.channel('a')).page();
      expect(items.map(({ data }) => data)).to.deep.equal(['y', 'x']);
    });

    it('RSL1k5: takes a message with the same id once', async () => {
      const { client } = restWorld(codec);
      for (let time = 0; time < 3; time += 1) await publish(client.channel('a'), { id: 'same', data: 'x' });
      const { items } = await historyOf(client.channel('a')).page();
      expect(items.map(({ data }) => data)).to.deep.equal(['x']);
    });

    it('RSL1d: rejects with the error of the server, which is certain', async () => {
      const { client } = restWorld(codec, { key: 'app.key:wrong' });
      const error = (await rejectionOf(publish(client.channel('a'), 'n'))) as ErrorInfo;
      expect(codesOf(error)).to.deep.equal({ code: 40101, statusCode: 401 });
      expect(error).to.not.have.property('uncertain');
    });

    it('RSL1n, RSF1: takes the serials as left out where the server says that it is done, and no more', async () => {
      for (const answer of [
        answerIn(codec, { channel: 'a', messageId: 'm' }, { status: 201 }),
        new Response(null, { status: 201 }),
        new Response(null, { status: 204 }),
        answerIn(codec, {}),
      ]) {
        const { client } = restWorld(codec, { answering: () => answer });
        expect(await publish(client.channel('a'), 'n')).to.deep.equal({ serials: [] });
      }
    });

    it('RSL1d, RSC19e: says that it is uncertain where the answer never came', async () => {
      const unreadable = [
        () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
        () => answerIn(codec, { what: 'is this' }),
      ].map((answering) => restWorld(codec, { answering, fallbackHosts: ['127.0.0.1'] }));
      for (const { client, sent } of unreadable) {
        const error = await rejectionOf(publish(client.channel('a'), 'n'));
        expect(error).to.have.property('uncertain', true);
        expect(sent.length).to.equal(1);
      }
      const answering = () => new TypeError('fetch failed');
      const { client } = restWorld(codec, { answering });
      const error = (await rejectionOf(publish(client.channel('a'), 'n'))) as ErrorInfo;
      expect(error).to.include({ code: 80000, uncertain: true });
      const asking = (await rejectionOf(historyOf(client.channel('a')).page())) as ErrorInfo;
      expect(asking).to.include({ code: 80000 }).and.not.have.property('uncertain');
    });

    it('tells the log of a change that is rejected, since its promise need not be awaited', async () => {
      const told: unknown[] = [];
      const log: RestOptions['log'] = (level, { error }) => told.push([level, (error as ErrorInfo).code]);
      const { client } = restWorld(codec, { maxMessageSize: 10, log });
      const channel = client.channel('a');
      void publish(channel, 'n', 'x'.repeat(100));
      void edit(channel, 'update', { data: 'x' });
      await rejectionOf(getMessage(channel, '')); // it is awaited, and not told
      expect(told).to.deep.equal([
        ['info', 40009],
        ['info', 40003],
      ]);
    });

    it('RSL1i, RSL4a: refuses what is too large, of another type, or nothing, and asks no server', async () => {
      const { client, sent } = restWorld(codec, { maxMessageSize: 100 });
      const channel = client.channel('a');
      for (const [given, code] of [
        [{ data: 'ü'.repeat(51) }, 40009],
        [{ data: 7 }, 40013],
        [[], 40013],
      ] as const)
        expect(await rejectionOf(publish(channel, given as never))).to.include({ code });
      expect(await rejectionOf(publish(channel, { data: 'x' }, 7 as never))).to.include({ code: 40000 });
      expect(String(await rejectionOf(publish(channel, 5 as never, 'x' as never)))).to.include(
        'of type number',
      );
      expect(sent).to.deep.equal([]);
      await publish(channel, { data: 'ü'.repeat(50) });
    });

    it('RSL5, RSL6: encrypts and decrypts by the cipher of the channel', async () => {
      const { client } = restWorld(codec);
      await publish(client.channel('a', { cipher }), 'n', { secret: 1 });
      const read = await firstValueFrom(historyOf(client.channel('a', { cipher })));
      const unread = await firstValueFrom(historyOf(client.channel('a')));
      expect(read.data).to.deep.equal({ secret: 1 });
      expect(unread.encoding).to.match(/cipher/);
    });

    it('RSL15a, RSL15b1, RSL15b7, RSL15c, RSL15d, RSL15e, RSL15f: updates, appends to and deletes a message', async () => {
      const { client, sent } = restWorld(codec, { clientId: 'me' });
      const channel = client.channel('mutable:a');
      const [serial] = (await publish(channel, 'n', 'one')).serials;
      const message = { serial: serial!, data: 'two' };
      const operation = { description: 'why', metadata: { by: 'spec' } };
      const { versionSerial } = await edit(channel, 'update', message, { operation, params: { a: 1 } });
      await edit(channel, 'append', { serial: serial!, data: '+' });
      expect((await getMessage(channel, serial!)).data).to.equal('two+');
      await edit(channel, 'delete', { serial: serial! });
      expect(versionSerial).to.be.a('string');
      const edits = sent.filter(({ method }) => method === 'PATCH');
      expect(edits.map(({ path }) => path.split('?')[1])).to.deep.equal(['a=1', undefined, undefined]);
      expect(edits.map(({ body }) => (body as { readonly action: number }).action)).to.deep.equal([1, 5, 2]);
      expect(edits[0]?.body).to.deep.include({ version: operation, data: 'two', serial });
      expect(message).to.deep.equal({ serial, data: 'two' }); // RSL15c
      const versions = await firstValueFrom(
        getMessageVersions(channel, serial!, null as never).pipe(toArray()),
      );
      expect(versions.map(({ action }) => action)).to.deep.equal([
        'message.create',
        'message.update',
        'message.update',
        'message.delete',
      ]);
    });

    it('RSL15a, RSC15l2, RSC15l3: appends once where the first answer was lost: the error is uncertain, and no other host is asked', async () => {
      let lose = false;
      const world = restWorld(codec, { random: () => 0.25 });
      const losing = (lost: () => Response | Error) =>
        restWorld(codec, {
          fallbackHosts: ['127.0.0.1'],
          key: world.key,
          fetch: async (input, init) => {
            const answer = await world.fetch(input, init);
            if (!lose) return answer;
            lose = false;
            const instead = lost();
            if (instead instanceof Error) throw instead;
            return instead;
          },
        }).client.channel('mutable:a');
      const down = { error: { code: 50000, statusCode: 500, message: 'lost' } };
      const lossesOf: readonly (() => Response | Error)[] = [
        () => answerIn(codec, down, { status: 500 }),
        () => Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNRESET' } }),
        () => new Response('<html>', { headers: { 'content-type': 'text/html' } }),
      ];
      for (const lost of lossesOf) {
        const channel = losing(lost);
        const { serials } = await publish(channel, 'n', 'once');
        const serial = serials[0]!;
        lose = true;
        const error = await rejectionOf(edit(channel, 'append', { serial, data: ' upon' }));
        expect(error).to.have.property('uncertain', true);
        expect((await getMessage(channel, serial)).data).to.equal('once upon');
        lose = true;
        await edit(channel, 'update', { serial, data: 'whole' }).catch(() => undefined);
        expect((await getMessage(channel, serial)).data).to.equal('whole');
      }
      expect(world.sent.filter(({ method }) => method === 'PATCH').map(({ host }) => host)).to.deep.equal([
        ...['localhost', 'localhost', '127.0.0.1'], // the update is asked of another host
        ...['localhost', 'localhost', '127.0.0.1'],
        ...['localhost', 'localhost'],
      ]);
    });

    it('RSL15a, RSC15l1: appends by another host where the first cannot be reached', async () => {
      const refused = Object.assign(new TypeError('fetch failed'), { cause: { code: 'ECONNREFUSED' } });
      const { client } = restWorld(codec, {
        fallbackHosts: ['127.0.0.1'],
        answering: ({ method, host }) => (method === 'PATCH' && host === 'localhost' ? refused : undefined),
      });
      const channel = client.channel('mutable:a');
      const { serials } = await publish(channel, 'n', 'once');
      await edit(channel, 'append', { serial: serials[0]!, data: ' upon' });
      expect((await getMessage(channel, serials[0]!)).data).to.equal('once upon');
    });

    it('RSL15: refuses another change, before it is sent', async () => {
      const { client, sent } = restWorld(codec);
      const error = await rejectionOf(edit(client.channel('a'), 'upsert' as never, { serial: 's' }));
      expect(codesOf(error)).to.deep.equal({ code: 40000, statusCode: 400 });
      expect(sent).to.deep.equal([]);
    });

    it('RSL15a: refuses a message without a serial, and a channel name that is no part of a path', async () => {
      const { client, sent } = restWorld(codec);
      expect(await rejectionOf(edit(client.channel('a'), 'update', { data: 'x' }))).to.include({
        code: 40003,
      });
      expect(await rejectionOf(publish(client.channel('..'), 'n'))).to.include({ code: 40010 });
      expect(sent).to.deep.equal([]);
    });

    it('publishes on a channel of a connection, which is not opened for that', async () => {
      const { fetch, key, webSocketCtor, sent } = restWorld(codec);
      const options = { key, endpoint: 'localhost', tls: false, codec, fetch, webSocketCtor };
      const client = new RealtimeClient({ ...options, log: () => undefined });
      await publish(client.channel('a'), 'n', 'x');
      expect([client.connection.state, sent.length]).to.deep.equal(['initialized', 1]);
      await client.dispose();
      expect(thrownBy(() => publish({} as unknown as RealtimeChannel, 'n'))).to.include({ code: 40000 });
    });
  });
