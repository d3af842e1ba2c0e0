import { expect } from 'chai';
import { of } from 'rxjs';
import { tokenAuth } from '../../../lib/auth.js';
import { RealtimeClient } from '../../../lib/index.js';
import { type ErrorInfo, publish, request, time } from '../../../lib/rest.js';
import { codecs } from '../../support/fake-ably.js';
import { answerIn, restWorld } from '../../support/rest-world.js';
import { emulatorKey } from '../../support/secrets.js';
import { codesOf, rejectionOf } from '../../support/thrown.js';

for (const codec of codecs)
  describe(`any request, ${codec.format}`, () => {
    it('RSC19f, RSC19f1, RSC19b, RSC19c, RSC8c: sends method, query, body and headers, with credentials and in the own format', async () => {
      const { client, sent } = restWorld(codec);
      const body = [{ name: 'n', data: 'x' }];
      const headers = { 'X-Own': 'yes' };
      const options = { params: { ephemeral: true }, body, headers, version: 3 };
      const { statusCode, success } = await request(client, 'post', '/channels/a/messages?b=1', options);
      expect([statusCode, success]).to.deep.equal([201, true]);
      expect(sent[0]).to.deep.include({
        method: 'POST',
        path: '/channels/a/messages?b=1&ephemeral=true',
        body,
      });
      const type = codec.binary ? 'application/x-msgpack' : 'application/json';
      const names = ['x-own', 'x-ably-version', 'accept', 'content-type', 'authorization'];
      const found = names.map((name) => sent[0]?.headers.get(name));
      expect(found.slice(0, 4)).to.deep.equal(['yes', '3', type, type]); // RSC19f1, RSC8c
      expect(found[4]).to.match(/^Basic /);
    });

    it('RSC19b, RSC19c: headers replace the own ones in any case, but for the credentials', async () => {
      const { client, sent } = restWorld(codec);
      const headers = { authorization: 'Basic none', 'x-ably-version': '2', 'X-Ably-ClientId': 'other' };
      const { success } = await request(client, 'GET', '/time', { headers });
      const own = ['authorization', 'x-ably-version', 'x-ably-clientid'].map((name) =>
        sent[0]?.headers.get(name),
      );
      expect([success, own[1], own[2]]).to.deep.equal([true, '2', null]);
      expect(own[0]).to.equal(`Basic ${btoa(emulatorKey)}`);
    });

    it('RSC19d, TG1, HP1, HP2, HP3, HP4, HP5, HP8: answers in pages', async () => {
      const { client } = restWorld(codec);
      for (const name of ['x:1', 'x:2', 'x:3', 'y']) await publish(client.channel(name), 'n');
      const params = { prefix: 'x:', limit: 2, by: 'id' };
      const first = await request<string>(client, 'GET', '/channels', { params });
      const second = await first.next();
      expect([first.items, first.hasNext, first.isLast]).to.deep.equal([['x:1', 'x:2'], true, false]);
      expect([second?.items, second?.hasNext, second?.statusCode]).to.deep.equal([['x:3'], false, 200]);
      expect(await second?.next()).to.equal(null);
      expect((await second?.first())?.items).to.deep.equal(first.items);
      expect(new Map(first.headers).get('content-type')).to.match(codec.binary ? /msgpack/ : /json/);
    });

    it('HP3: an object is one item, and nothing none', async () => {
      const one = restWorld(codec, { answering: () => answerIn(codec, { a: 1 }) });
      expect((await request(one.client, 'GET', '/x')).items).to.deep.equal([{ a: 1 }]);
      const none = restWorld(codec, { answering: () => new Response(null, { status: 204 }) });
      const { items, statusCode, success } = await request(none.client, 'DELETE', '/x');
      expect([items, statusCode, success]).to.deep.equal([[], 204, true]);
    });

    it('HP5, HP6, HP7: an error of the server is an answer', async () => {
      const { client } = restWorld(codec);
      const answer = await request(client, 'GET', '/nowhere');
      expect(answer).to.include({ success: false, statusCode: 404, errorCode: 40400 });
      expect(answer.errorMessage).to.be.a('string');
      expect(answer.items).to.have.length(1);
      const body = { error: { code: 50300, statusCode: 503, message: 'busy' } };
      const busy = restWorld(codec, {
        fallbackHosts: ['127.0.0.1', '127.0.0.2'],
        answering: () => answerIn(codec, body, { status: 503 }),
      });
      expect(await request(busy.client, 'GET', '/x')).to.include({ success: false, statusCode: 503 });
      expect(busy.sent).to.have.length(3);
    });

    it('RSC19e: rejects where no host can be reached, and on bad arguments', async () => {
      const { client, sent } = restWorld(codec, { answering: () => new TypeError('fetch failed') });
      expect(await rejectionOf(request(client, 'GET', '/x'))).to.include({ code: 80000, statusCode: 503 });
      for (const [method, path, options] of [
        ['', '/x', {}],
        ['GET', 'x', {}],
        ['GET', '/x y', {}],
        ['POST', '/x', { body: 'text' }],
        ['GET', '/x', 7],
      ] as const)
        expect(codesOf(await rejectionOf(request(client, method, path, options as never)))).to.deep.equal({
          ...{ code: 40000, statusCode: 400 },
        });
      expect(sent).to.have.length(1);
    });

    it('RSC19e, RSA4e, TI2: rejects where no token could be obtained, also where the server told why', async () => {
      const refused = { error: { code: 40101, statusCode: 401, message: 'wrong key' } };
      const tokenRequest = { keyName: 'app.key', mac: 'x', nonce: 'n', timestamp: 1 };
      const { client, sent } = restWorld(codec, {
        auth: tokenAuth({ authCallback: () => of(tokenRequest) }),
        answering: () => answerIn(codec, refused, { status: 401 }),
      });
      expect(codesOf(await rejectionOf(request(client, 'GET', '/x')))).to.deep.equal({
        ...{ code: 40101, statusCode: 401 },
      });
      expect(sent.map(({ path }) => path)).to.deep.equal(['/keys/app.key/requestToken']);
    });

    it('RSA4e: rejects with 40170 where the TokenRequest of a callback could not be exchanged because of the network', async () => {
      const tokenRequest = { keyName: 'app.key', mac: 'x', nonce: 'n', timestamp: 1 };
      const { client } = restWorld(codec, {
        auth: tokenAuth({ authCallback: () => of(tokenRequest) }),
        answering: () => new TypeError('unreachable'),
      });
      const error = (await rejectionOf(request(client, 'GET', '/x'))) as ErrorInfo;
      expect(codesOf(error)).to.deep.equal({ code: 40170, statusCode: 401 });
      expect(error.cause).to.include({ code: 80000 });
    });

    it('RSC15l1: takes a fetch that throws for a host that cannot be reached', async () => {
      const { client } = restWorld(codec, {
        fetch: () => {
          throw new TypeError('no fetch here');
        },
      });
      expect(codesOf(await rejectionOf(time(client)))).to.deep.equal({ code: 80000, statusCode: 503 });
    });

    it('RTC9, RTC15: asks by a client with a connection, which is not opened for that', async () => {
      const { fetch, key, webSocketCtor, sent } = restWorld(codec);
      const client = new RealtimeClient({
        ...{ key, endpoint: 'localhost', tls: false, codec, fetch, webSocketCtor, addRequestIds: true },
        log: () => undefined,
      });
      const { items } = await request(client, 'GET', '/channels');
      expect([items, client.connection.state]).to.deep.equal([[], 'initialized']);
      expect(sent[0]?.path).to.match(/^\/channels\?request_id=[\w-]{12}$/);
      await client.dispose();
      expect(((await rejectionOf(request(client, 'GET', '/channels'))) as ErrorInfo).code).to.equal(80017);
    });
  });
