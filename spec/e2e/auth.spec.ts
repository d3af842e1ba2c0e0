import { expect } from 'chai';
import { filter, firstValueFrom, interval, map, of, take, toArray } from 'rxjs';
import type { Codec } from '../../lib/codec/codec.js';
import { listen, type ListeningEmulator } from '../../lib/emulator/index.js';
import { type ClientOptions, type ErrorInfo, json, RealtimeClient } from '../../lib/index.js';
import { msgpack } from '../../lib/msgpack.js';
import { secret } from '../support/secrets.js';

const codecs: readonly Codec[] = [json, msgpack()];
const failed = (promise: Promise<unknown>): Promise<ErrorInfo> =>
  promise.then(
    () => expect.fail('it did not reject'),
    (error: unknown) => error as ErrorInfo,
  );

for (const codec of codecs)
  describe(`authentication on real sockets, ${codec.format}`, () => {
    const clients: RealtimeClient[] = [];
    let server: ListeningEmulator;

    const clientOf = (options: Partial<ClientOptions>): RealtimeClient => {
      const { host: endpoint, port } = server;
      const client = new RealtimeClient({
        ...{ endpoint, port, tls: false, codec, log: () => undefined },
        ...options,
      });
      clients.push(client);
      return client;
    };
    const become = (client: RealtimeClient, wanted: string): Promise<unknown> =>
      firstValueFrom(client.connectionState$.pipe(filter((state) => state === wanted)));
    const connected = async (options: Partial<ClientOptions>): Promise<RealtimeClient> => {
      const client = clientOf(options);
      client.connect();
      await become(client, 'connected');
      return client;
    };
    const socketOf = (client: RealtimeClient) => {
      const found = server.emulator.connections.find(({ id }) => id === client.connection.id);
      if (!found) throw new Error('The emulator does not know this client.');
      return found;
    };
    const token = (params: Parameters<ListeningEmulator['emulator']['issueToken']>[0] = {}): string =>
      server.emulator.issueToken(params).token;

    beforeEach(async () => {
      server = await listen({ keys: ['app.key:secret', 'app.limited:secret'] });
    });
    afterEach(async () => {
      await Promise.all(clients.splice(0).map((client) => client.dispose()));
      await server.close();
    });

    it('RSA3c, RSA3d: connects by an Ably token and by a JWT', async () => {
      const { issueJwt } = server.emulator;
      for (const given of [token({ clientId: 'ann' }), secret(issueJwt({ clientId: 'ann' }))]) {
        const client = await connected({ token: given });
        expect(client.auth.clientId).to.equal('ann'); // RSA7b3
      }
    });

    it('RSA8a, RSA9g: has a key made into tokens, and never shows it', async () => {
      const client = await connected({
        key: server.key,
        useTokenAuth: true,
        clientId: 'ann',
        defaultTokenParams: { ttl: 60_000, capability: { chat: ['publish'] } },
      });
      expect(client.auth.tokenDetails).to.deep.include({
        clientId: 'ann',
        capability: '{"chat":["publish"]}',
      });
      const { expires = 0, issued = 0 } = client.auth.tokenDetails ?? {};
      expect(expires - issued).to.equal(60_000);
    });

    for (const as of ['details', 'token', 'jwt', 'request'])
      for (const authMethod of ['GET', 'POST'] as const)
        it(`RSA8c, RSA8g: connects by ${as} from an authUrl, by ${authMethod}`, async () => {
          const client = await connected({
            authUrl: `${server.url}/auth?as=${as}#here`,
            authMethod,
            clientId: 'ann',
            authParams: { clientId: 'not this one', more: 'm' },
            authHeaders: { 'x-own': 'h' },
          });
          expect(client.auth.clientId).to.equal('ann');
          const [{ method, params, form, headers } = expect.fail()] = server.emulator.authRequests;
          expect([method, { ...params, ...form }, headers['x-own']]).to.deep.equal([
            authMethod,
            { as, clientId: 'ann', more: 'm' },
            'h',
          ]);
        });

    for (const [what, options] of [
      ['answers too much', 'as=details&size=131073'],
      ['answers what is no token', 'body=%7B%7D&type=application/json'],
      ['answers with another type', 'body=hello&type=application/octet-stream'],
      ['is out of order', 'status=500'],
    ])
      it(`RSA4c, RSA4f: waits for the next attempt when the authUrl ${what}`, async () => {
        const client = clientOf({ authUrl: `${server.url}/auth?${options}` });
        client.connect();
        await become(client, 'disconnected');
        expect(client.connection.errorReason).to.deep.include({ code: 80019, statusCode: 401 });
        expect((client.connection.errorReason?.cause as ErrorInfo).code).to.equal(40170);
      });

    it('RSA4d: fails when the authUrl answers 403', async () => {
      const client = clientOf({ authUrl: `${server.url}/auth?status=403` });
      client.connect();
      await become(client, 'failed');
      expect(client.connection.errorReason).to.deep.include({ code: 80019, statusCode: 403 });
    });

    it('RSA8d: accepts a TokenRequest that another party has signed', async () => {
      const signer = clientOf({ key: server.key });
      const client = await connected({
        authCallback: (params) => signer.auth.createTokenRequest({ ...params, clientId: 'bob' }),
      });
      expect(client.auth.clientId).to.equal('bob');
    });

    it('RSA4b1, RSA10k: a client that has asked for the time renews before the token is over', async () => {
      const client = await connected({
        ...{ key: server.key, useTokenAuth: true, queryTime: true },
        defaultTokenParams: { ttl: 1500 }, // renewed when a tenth of it is left, which a busy machine has to meet
      });
      const socket = socketOf(client);
      const renewals = client.auth.tokenDetails$.pipe(take(4), toArray());
      expect(await firstValueFrom(renewals)).to.have.length(4);
      expect([socketOf(client), server.emulator.connections.length]).to.deep.equal([socket, 1]);
    });

    it('RTN15h2, RTN22a: a token that is over is replaced, and the connection resumed, again and again', async () => {
      const client = await connected({ authCallback: () => of(token({ ttl: 1200 })) });
      const { id } = client.connection;
      const channel = client.channel('chat');
      const received = firstValueFrom(channel.messages$.pipe(take(30), toArray()));
      await channel.attach();
      let count = 0;
      const publishing = interval(100)
        .pipe(take(30))
        .subscribe((n) => void channel.publish('n', String(n)));
      client.connection.changes$
        .pipe(filter(({ event, resumed }) => event === 'connected' && resumed))
        .subscribe(() => (count += 1));
      expect((await received).map(({ data }) => Number(data))).to.deep.equal([...Array(30).keys()]);
      publishing.unsubscribe();
      expect([client.connection.id, count]).to.deep.equal([id, 2]);
    }).timeout(30_000);

    it('RTC8a, RTC8a1: no message is lost or doubled over fifty authorizations under load', async () => {
      const [sender, receiver] = await Promise.all([
        connected({ authCallback: () => token() }),
        connected({ authCallback: () => token() }),
      ]);
      const ids = [sender.connection.id, receiver.connection.id];
      const gaps: unknown[] = [];
      receiver.channel('load').discontinuities$.subscribe((gap) => gaps.push(gap));
      const total = 50 * 21;
      const received = firstValueFrom(
        receiver.channel('load').messages$.pipe(
          take(total),
          map(({ data }) => Number(data)),
          toArray(),
        ),
      );
      await receiver.channel('load').attach();
      const published: Promise<unknown>[] = [];
      for (let round = 0; round < 50; round += 1) {
        const authorized = [sender.auth.authorize(), receiver.auth.authorize()];
        for (let n = 0; n < 20; n += 1)
          published.push(sender.channel('load').publish('n', String(published.length)));
        await Promise.all(authorized);
        published.push(sender.channel('load').publish('n', String(published.length)));
      }
      await Promise.all(published);
      expect(await received).to.deep.equal([...Array(total).keys()]);
      expect([sender.connection.id, receiver.connection.id]).to.deep.equal(ids);
      expect([gaps, server.emulator.connections.length]).to.deep.equal([[], 2]);
    }).timeout(30_000);

    it('RTC8a1: fewer rights fail the channels that they do not cover, with the reason, and nothing else', async () => {
      const client = await connected({ token: token() });
      const [kept, lost] = [client.channel('kept'), client.channel('lost')];
      const told = firstValueFrom(lost.changes$.pipe(filter(({ current }) => current === 'failed')));
      const [errors, changes]: [unknown[], unknown[]] = [[], []];
      client.errors$.subscribe((error) => errors.push(error));
      await Promise.all([kept.attach(), lost.attach()]);
      kept.changes$.subscribe((change) => changes.push(change));
      await client.auth.authorize({}, { token: token({ capability: { kept: ['*'] } }) });
      expect((await told).reason).to.deep.include({ code: 40160, statusCode: 401 });
      expect([kept.state, client.connection.state]).to.deep.equal(['attached', 'connected']);
      const received = firstValueFrom(kept.messages$);
      await kept.publish('still', 'here');
      expect((await received).data).to.equal('here');
      expect([changes, errors]).to.deep.equal([[], []]);
    });

    it('RTC8a2: fails when the new token has another clientId', async () => {
      const client = await connected({ token: token({ clientId: 'ann' }) });
      const error = await failed(client.auth.authorize({}, { token: token({ clientId: 'bob' }) }));
      expect([error.code, client.connection.state]).to.deep.equal([40102, 'failed']);
      expect(client.connection.errorReason?.code).to.equal(40102);
    });

    it('RTC8a4: authorizes in band by an Ably token and by a JWT', async () => {
      const client = await connected({ token: token() });
      const socket = socketOf(client);
      for (const given of [token(), secret(server.emulator.issueJwt())]) {
        await client.auth.authorize({}, { token: given });
        expect([client.connection.state, socketOf(client)]).to.deep.equal(['connected', socket]);
      }
    });

    it('RTN22: renews in band when the server asks for it', async () => {
      const client = await connected({ authUrl: `${server.url}/auth` });
      const update = firstValueFrom(client.connection.changes$);
      socketOf(client).requestAuth();
      expect(await update).to.deep.include({ event: 'update', current: 'connected', reason: undefined });
      expect(server.emulator.authRequests).to.have.length(2);
    });

    it('RSA8f1, RSA12a: an anonymous token: messages have no clientId, and auth.clientId is null', async () => {
      const client = await connected({ token: token() });
      const message = firstValueFrom(client.channel('c').messages$);
      await client.channel('c').attach();
      await client.channel('c').publish('n', 'x');
      expect([(await message).clientId, client.auth.clientId]).to.deep.equal([undefined, null]);
    });

    it('RSA8f2: an anonymous token: a message with a clientId is rejected', async () => {
      const client = await connected({ token: token() });
      const error = await failed(client.channel('c').publish({ name: 'n', clientId: 'ann' }));
      expect(error.code).to.equal(40012);
    });

    it('RSA8f3, RSA7b4: a wildcard token: messages have no clientId, and auth.clientId is "*"', async () => {
      const client = await connected({ token: token({ clientId: '*' }) });
      const message = firstValueFrom(client.channel('c').messages$);
      await client.channel('c').attach();
      await client.channel('c').publish('n', 'x');
      expect([(await message).clientId, client.auth.clientId]).to.deep.equal([undefined, '*']);
    });

    it('RSA8f4: a wildcard token: a message keeps the clientId that it is given', async () => {
      const client = await connected({ token: token({ clientId: '*' }) });
      const message = firstValueFrom(client.channel('c').messages$);
      await client.channel('c').attach();
      await client.channel('c').publish({ name: 'n', data: 'x', clientId: 'ann' });
      expect((await message).clientId).to.equal('ann');
    });

    it('RSA7a, RSA7a1: the messages of an identified client have its clientId, which it does not send itself', async () => {
      const client = await connected({ token: token({ clientId: 'ann' }) });
      const sent = firstValueFrom(
        socketOf(client).received$.pipe(filter(({ messages }) => messages !== undefined)),
      );
      const message = firstValueFrom(client.channel('c').messages$);
      await client.channel('c').attach();
      await client.channel('c').publish('n', 'x');
      expect((await sent).messages?.[0]).to.not.have.property('clientId');
      expect((await message).clientId).to.equal('ann');
    });

    it('RSA15c: fails when the token is for another clientId than the option says', async () => {
      const client = clientOf({
        clientId: 'me',
        authCallback: () => server.emulator.issueToken({ clientId: 'you' }),
      });
      client.connect();
      await become(client, 'failed');
      expect(client.connection.errorReason?.code).to.equal(40102);
      const other = clientOf({ clientId: 'me', token: token({ clientId: 'you' }) });
      other.connect();
      await become(other, 'failed');
      expect(other.connection.errorReason?.code).to.equal(40102);
    });

    it('a channel that a token is not good for fails with 40160, and publishing on it is refused', async () => {
      const client = await connected({ token: token({ capability: { open: ['*'] } }) });
      expect((await failed(client.channel('shut').attach())).code).to.equal(40160);
      expect((await failed(client.channel('shut-too').publish('n', 'x'))).code).to.equal(40160);
      await client.channel('open').publish('n', 'x');
    });

    it('RSA17, RSA17c: revokes tokens, whose connections then fail', async () => {
      const admin = clientOf({ key: server.key });
      const client = await connected({ token: token({ clientId: 'ann' }) });
      const { successCount, failureCount, results } = await admin.auth.revokeTokens([
        { type: 'clientId', value: 'ann' },
        { type: 'nonsense', value: 'x' },
      ]);
      expect([successCount, failureCount]).to.deep.equal([1, 1]);
      expect(results[0]).to.deep.include({ target: 'clientId:ann' });
      expect(results[1]).to.have.nested.property('error.code');
      await become(client, 'failed');
      expect(client.connection.errorReason?.code).to.equal(40171);
    });

    it('RSA17d: a client that uses tokens may not revoke any', async () => {
      const client = clientOf({ token: token() });
      const error = await failed(client.auth.revokeTokens({ type: 'clientId', value: 'ann' }));
      expect(error).to.deep.include({ code: 40162, statusCode: 401 });
    });

    it('RSA10k, RSA9d: asks for the time once', async () => {
      const asked: string[] = [];
      const client = clientOf({
        key: server.key,
        fetch: (input, init) => {
          asked.push(new URL(input as string).pathname);
          return fetch(input, init);
        },
      });
      await client.auth.authorize({}, { key: server.key, queryTime: true });
      await client.auth.authorize({}, { key: server.key, queryTime: true });
      await client.auth.authorize();
      const request = '/keys/app.key/requestToken';
      expect(asked).to.deep.equal(['/time', request, request, request]);
    });
  });
