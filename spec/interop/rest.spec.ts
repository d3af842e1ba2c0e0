import * as Ably from 'ably';
import { expect } from 'chai';
import { firstValueFrom, toArray } from 'rxjs';
import { aes } from '../../lib/crypto/index.js';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { json } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';
import {
  annotate,
  batchPublish,
  createRest,
  createTokenRequest,
  edit,
  type ErrorInfo,
  getAnnotations,
  getMessageVersions,
  historyOf,
  publish,
  request,
  requestToken,
  type RestClient,
  statusOf,
  time,
} from '../../lib/rest.js';
import { plain } from '../support/plain.js';
import { rejectionOf } from '../support/thrown.js';

const payloads = [
  'text, ünïcödé 🙂',
  { nested: [1, null, { deep: true }] },
  new Uint8Array([0, 1, 254, 255]),
];
const expected = payloads.map(plain);
const secret = new Uint8Array(32).fill(7);

for (const ours of ['json', 'msgpack'] as const)
  for (const theirs of ['json', 'msgpack'] as const)
    describe(`our client without a connection in ${ours} and the official Rest in ${theirs}`, () => {
      let server: ListeningEmulator;
      let client: RestClient;
      let official: Ably.Rest;

      beforeEach(async () => {
        server = await listen();
        const { key, host: endpoint, port } = server;
        const where = { key, endpoint, port, tls: false, fallbackHosts: [] };
        const codec = ours === 'json' ? json : msgpack();
        client = createRest({ ...where, codec, log: () => undefined });
        official = new Ably.Rest({ ...where, useBinaryProtocol: theirs === 'msgpack', logLevel: 0 });
      });
      afterEach(() => server.close());

      it('RSL1, RSL2: the official client reads what ours publishes', async () => {
        for (const data of payloads) await publish(client.channel('a'), 'n', data);
        const { items } = await official.channels.get('a').history({ direction: 'forwards' });
        expect(items.map(({ name, data }) => [name, plain(data)])).to.deep.equal(
          expected.map((data) => ['n', data]),
        );
      });

      it('RSL1, RSL2: ours reads what the official client publishes', async () => {
        for (const data of payloads) await official.channels.get('a').publish('n', data);
        const history$ = historyOf(client.channel('a'), { direction: 'forwards', limit: 2 });
        const found = await firstValueFrom(history$.pipe(toArray()));
        expect(found.map(({ name, data }) => [name, plain(data)])).to.deep.equal(
          expected.map((data) => ['n', data]),
        );
      });

      it('RSL5: each decrypts what the other encrypts', async () => {
        const channel = client.channel('a', { cipher: aes({ key: secret }) });
        const other = official.channels.get('a', { cipher: { key: secret.buffer } });
        await publish(channel, 'n', { by: 'ours' });
        await other.publish('n', { by: 'them' });
        const { items } = await other.history({ direction: 'forwards' });
        const found = await firstValueFrom(historyOf(channel, { direction: 'forwards' }).pipe(toArray()));
        expect(items.map(({ data }) => data as unknown)).to.deep.equal([{ by: 'ours' }, { by: 'them' }]);
        expect(found.map(({ data }) => data)).to.deep.equal([{ by: 'ours' }, { by: 'them' }]);
      });

      it('RSL15, RSL14, RSAN1, RSAN3: each sees how the other edits and annotates', async () => {
        const [channel, other] = [client.channel('mutable:a'), official.channels.get('mutable:a')];
        const serial = (await publish(channel, 'n', 'one')).serials[0]!;
        await edit(channel, 'update', { serial, data: 'two' }, { operation: { description: 'why' } });
        expect(await other.getMessage(serial)).to.deep.include({ data: 'two', action: 'message.update' });
        await other.appendMessage({ serial, data: '+' } as Ably.Message);
        const versions = await firstValueFrom(getMessageVersions(channel, serial).pipe(toArray()));
        expect(versions.map(({ data }) => data)).to.deep.equal(['one', 'two', 'two+']);
        expect(versions[1]?.version.description).to.equal('why');
        const type = 'reaction:distinct.v1';
        const named = { type, name: '👍', clientId: 'ann' };
        await annotate(channel, serial, named);
        await other.annotations.publish(serial, { ...named, clientId: 'bob' });
        const { items } = await other.annotations.get(serial, {});
        const ids = (list: readonly { readonly clientId?: string | undefined }[]) =>
          list.map(({ clientId }) => clientId);
        expect(ids(items)).to.deep.equal(['ann', 'bob']);
        expect(ids(await firstValueFrom(getAnnotations(channel, serial).pipe(toArray())))).to.deep.equal(
          ids(items),
        );
      });

      it('RSC19, HP: both answer alike to the same request', async () => {
        for (const name of ['x:1', 'x:2', 'x:3']) await publish(client.channel(name), 'n');
        for (const [path, params] of [
          ['/channels', { prefix: 'x:', limit: 2, by: 'id' }],
          ['/nowhere', {}],
        ] as const) {
          const mine = await request(client, 'GET', path, { params, version: 6 });
          const other = await official.request('get', path, 6, params);
          const { items, statusCode, success, errorCode, errorMessage } = other;
          expect(mine).to.include({ statusCode, success, hasNext: other.hasNext() });
          expect([mine.errorCode, mine.errorMessage].map((said) => said ?? undefined)).to.deep.equal(
            [errorCode, errorMessage].map((said) => said || undefined),
          );
          if (success) expect(mine.items).to.deep.equal(items);
          expect((await mine.next())?.items).to.deep.equal((await other.next())?.items);
        }
      });

      it('RSC22, RSL8, RSC16: batches, status and time are those that the official client has', async () => {
        const messages = [{ name: 'n', data: payloads[2] }];
        const { successCount } = await batchPublish(client, { channels: ['a', 'b'], messages });
        expect(successCount).to.equal(2);
        const { items } = await official.channels.get('b').history({});
        expect(items.map(({ data }) => plain(data))).to.deep.equal([expected[2]]);
        const status: unknown = await official.channels.get('a').status();
        expect(await statusOf(client.channel('a'))).to.deep.equal(status);
        expect(Math.abs((await time(client)) - (await official.time()))).to.be.below(5000);
      });

      it('RSA8, RSA9: the official client takes our tokens and TokenRequests', async () => {
        const { host: endpoint, port } = server;
        const { token } = await requestToken(client, { clientId: 'ann' });
        const where = { endpoint, port, tls: false, fallbackHosts: [], logLevel: 0 };
        const [byToken, byRequest] = [
          new Ably.Rest({ ...where, token }),
          new Ably.Rest({
            ...where,
            authCallback: (_, done) => {
              createTokenRequest(client, { clientId: 'ann' }).then(
                (made) => {
                  done(null, made as Ably.TokenRequest);
                },
                (error: unknown) => {
                  done(String(error), null);
                },
              );
            },
          }),
        ];
        await byToken.channels.get('a').publish('n', 'x');
        await byRequest.channels.get('a').publish('n', 'y');
        const { items } = await historyOf(client.channel('a')).page();
        expect(items.map(({ data, clientId }) => [data, clientId])).to.deep.equal([
          ['y', 'ann'],
          ['x', 'ann'],
        ]);
      });

      it('TI1: both reject with the same codes', async () => {
        const { host: endpoint, port, emulator } = server;
        const { token } = emulator.issueToken({ capability: { b: ['subscribe'] } });
        const other = new Ably.Rest({ endpoint, port, tls: false, token, logLevel: 0, fallbackHosts: [] });
        const refused = (await rejectionOf(other.channels.get('a').publish('n', 'x'))) as Ably.ErrorInfo;
        const headers = { authorization: `Bearer ${btoa(token)}` };
        const answer = await request(client, 'POST', '/channels/a/messages', { body: [{}], headers });
        expect(answer.success).to.equal(true); // RSC19b: the client's own credentials count
        const key = `${server.key}x`;
        const wrong = createRest({ key, endpoint, port, tls: false, log: () => undefined });
        const error = (await rejectionOf(publish(wrong.channel('a'), 'n'))) as ErrorInfo;
        const officials = new Ably.Rest({ key, endpoint, port, tls: false, logLevel: 0, fallbackHosts: [] });
        const same = (await rejectionOf(officials.channels.get('a').publish('n', 'x'))) as Ably.ErrorInfo;
        expect([error.code, error.statusCode]).to.deep.equal([same.code, same.statusCode]);
        expect(refused.code).to.equal(40160);
      });
    });
