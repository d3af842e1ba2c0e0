import { expect } from 'chai';
import { inspect } from 'node:util';
import { tokenAuth } from '../../../lib/auth.js';
import type { LogEvent } from '../../../lib/base/log.js';
import {
  createRest,
  type ErrorInfo,
  historyOf,
  publish,
  requestToken,
  type RestOptions,
  time,
} from '../../../lib/rest.js';
import { codecs } from '../../support/fake-ably.js';
import { answerIn, restWorld } from '../../support/rest-world.js';
import { codesOf, rejectionOf, thrownBy } from '../../support/thrown.js';
import { emulatorKey } from '../../support/secrets.js';

const silent = { log: () => undefined };

describe('createRest', () => {
  it('RSC1b, RSA14: throws where there are no credentials', () => {
    expect(codesOf(thrownBy(() => createRest(silent)))).to.deep.equal({ code: 40106, statusCode: 400 });
  });

  it('RSC1: names the option that is wrong', () => {
    const wrong: Readonly<Record<string, unknown>> = {
      ...{ key: 7, endpoint: 'https://x', port: -1, tls: 'yes', codec: {}, fetch: 1, maxMessageSize: '1' },
      ...{ fallbackHosts: ['a/b'], addRequestIds: 1, httpRequestTimeout: -1, auth: {}, clientId: '', log: 1 },
    };
    for (const [name, value] of Object.entries(wrong)) {
      const error = thrownBy(() => createRest({ key: 'a.b:c', ...silent, [name]: value })) as ErrorInfo;
      expect([error.code, error.message.includes(`"${name}"`)], name).to.deep.equal([40000, true]);
    }
    expect(thrownBy(() => createRest({ key: 'nonsense', ...silent }))).to.include({ code: 40005 });
    expect(thrownBy(() => createRest({ key: 'a.b:c', clientId: '*', ...silent }))).to.include({
      code: 40012,
    });
    expect(thrownBy(() => createRest('a.b:c' as never))).to.include({ code: 40000 });
  });

  it('RSC2, RSC4: logs an option that there is not', () => {
    const events: LogEvent[] = [];
    createRest({
      ...{ key: 'a.b:c', useBinaryProtocol: true },
      log: (_, event) => events.push(event),
    } as RestOptions);
    expect(events.map(({ message }) => message.includes('useBinaryProtocol'))).to.deep.equal([true]);
  });

  it('RSC18, RSA1: sends no key without TLS to another machine', () => {
    expect(thrownBy(() => createRest({ key: 'a.b:c', tls: false, ...silent }))).to.include({ code: 40103 });
    const fallbacks = { endpoint: 'localhost', fallbackHosts: ['other.example'] };
    expect(thrownBy(() => createRest({ key: 'a.b:c', tls: false, ...fallbacks, ...silent }))).to.include({
      code: 40103,
    });
  });

  it('RSC25, RSC7, REC1: asks the primary host by https, and RSC17: knows its clientId', async () => {
    const asked: string[] = [];
    const fetch = (url: unknown): Promise<Response> => {
      asked.push(String(url));
      return Promise.resolve(new Response('[5]'));
    };
    const client = createRest({ key: 'a.b:c', clientId: 'me', fetch, ...silent });
    expect(await time(client)).to.equal(5);
    expect(asked).to.deep.equal(['https://main.realtime.ably.net/time']);
    expect(client.clientId).to.equal('me');
  });

  it('RSL9: gives channels by name, checked, which tell of no secret', () => {
    const client = createRest({ key: emulatorKey, ...silent });
    expect(client.channel('a').name).to.equal('a');
    expect(JSON.stringify([client, client.channel('a')])).to.equal('[{"clientId":null},{"name":"a"}]');
    expect(inspect([client, client.channel('a')], { depth: 9 })).to.not.include(emulatorKey.split(':')[1]);
    expect(thrownBy(() => client.channel(''))).to.include({ code: 40010 });
    expect(thrownBy(() => client.channel('a', { cipher: { key: 'x' } as never }))).to.include({
      code: 40000,
    });
  });
});

for (const codec of codecs)
  describe(`a client without a connection, ${codec.format}`, () => {
    it('RSC15a, RSC15j, RSC15m, RSC15n, RSC15l1, RSC15f: asks fallback hosts, and stays with the one that answers', async () => {
      const answering = ({ host }: { readonly host: string }): Response | Error =>
        host === 'b' ? answerIn(codec, [5]) : new TypeError('unreachable');
      const options = { fallbackHosts: ['a', 'b'], random: () => 0.5, answering, key: 'a.b:c', tls: true };
      const { client, sent } = restWorld(codec, { ...options, endpoint: 'main' });
      expect([await time(client), await time(client)]).to.deep.equal([5, 5]);
      expect(sent.map(({ host }) => host)).to.deep.equal(['main.realtime.ably.net', 'a', 'b', 'b']);
      const without = restWorld(codec, { fallbackHosts: [], answering: () => new TypeError('unreachable') });
      expect(await rejectionOf(time(without.client))).to.include({ code: 80000 });
      expect(without.sent).to.have.length(1);
    });

    it('RSC7c, TO3p, TI1: gives each request an id, the same on each host, which its error repeats', async () => {
      const answering = () => new TypeError('unreachable');
      let drawn = 0;
      const random = () => ((drawn += 1) % 2 ? 63 : drawn % 64) / 64; // 63: not for URLs
      const options = { addRequestIds: true, fallbackHosts: ['127.0.0.1'], answering, random };
      const { client, sent } = restWorld(codec, options);
      const error = (await rejectionOf(historyOf(client.channel('a'), { limit: 1 }).page())) as ErrorInfo;
      const ids = sent.map(({ path }) => new URLSearchParams(path.split('?')[1]).get('request_id'));
      expect(ids[0]).to.match(/^[\w-]{12}$/);
      expect([ids, sent[0]?.path.includes('limit=1')]).to.deep.equal([[ids[0], ids[0]], true]);
      expect(error.requestId).to.equal(ids[0]);
      expect(JSON.stringify(error)).to.include(ids[0]);
      await rejectionOf(time(client));
      expect(sent[2]?.path).to.not.include(ids[0]);
    });

    it('RSC7e, RSC7d2, RSA7e2: names version, agent and clientId', async () => {
      const { client, sent } = restWorld(codec, { clientId: 'me' });
      await historyOf(client.channel('a')).page();
      const [version, agent, id] = ['x-ably-version', 'ably-agent', 'x-ably-clientid'].map((name) =>
        sent[0]?.headers.get(name),
      );
      expect([version, id]).to.deep.equal(['6', btoa('me')]);
      expect(agent).to.match(/^rx-realtime\/\d\S* nodejs\/\d/);
    });

    it('RSA7e2: names the clientId also where it asks for the time or for a token', async () => {
      const { client, sent } = restWorld(codec, { clientId: 'me' });
      await time(client);
      await requestToken(client);
      expect(sent.map(({ headers }) => headers.get('x-ably-clientid'))).to.deep.equal([
        btoa('me'),
        btoa('me'),
      ]);
    });

    it('RSC8a, RSC8b, RSC8d: reads an answer by its own type', async () => {
      const { client } = restWorld(codec, {
        answering: () => new Response('[5]', { headers: { 'content-type': 'application/json' } }),
      });
      expect(await time(client)).to.equal(5);
    });

    it('refuses a key beside another way to authenticate', () => {
      const auth = tokenAuth({ authCallback: () => 'token' });
      expect(thrownBy(() => restWorld(codec, { auth, key: 'app.key:secret' }))).to.include({ code: 40000 });
    });

    it('RSC8e1, RSC8e2: says what it cannot read', async () => {
      const page = (status: number) => () =>
        new Response('<html>', { status, headers: { 'content-type': 'text/html' } });
      const { client } = restWorld(codec, { answering: page(200) });
      const error = (await rejectionOf(time(client))) as ErrorInfo;
      expect(codesOf(error)).to.deep.equal({ code: 40013, statusCode: 400 });
      expect(error.message).to.include('200').and.include('text/html').and.not.include('<html>');
      const refused = restWorld(codec, { answering: page(403) });
      const refusal = (await rejectionOf(time(refused.client))) as ErrorInfo;
      expect(codesOf(refusal)).to.deep.equal({ code: 40300, statusCode: 403 });
      expect(refusal.message).to.include('403').and.include('text/html').and.not.include('<html>');
    });

    it('RSC15l, RSC8e2: takes a malformed answer for one, asks no other host, and says that the change may be done', async () => {
      const type = codec.format === 'json' ? 'application/json' : 'application/x-msgpack';
      const answering = (status: number) => () =>
        new Response(new Uint8Array([0xc1, 0x7b]), { status, headers: { 'content-type': type } });
      const world = restWorld(codec, { fallbackHosts: ['127.0.0.1'], answering: answering(201) });
      const error = (await rejectionOf(publish(world.client.channel('a'), 'n', 'd'))) as ErrorInfo;
      expect([world.sent.length, error.uncertain]).to.deep.equal([1, true]);
      expect(codesOf(error)).to.deep.equal({ code: 40013, statusCode: 400 });
      const refusing = restWorld(codec, { fallbackHosts: ['127.0.0.1'], answering: answering(400) });
      const refusal = (await rejectionOf(publish(refusing.client.channel('a'), 'n', 'd'))) as ErrorInfo;
      expect([refusing.sent.length, refusal.uncertain]).to.deep.equal([1, undefined]);
      expect(codesOf(refusal)).to.deep.equal({ code: 40000, statusCode: 400 });
    });

    it('RSC9, RSC10, RSA4b: presents tokens, and replaces the one that was rejected, once', async () => {
      const tokens: string[] = [];
      const world = restWorld(codec, {
        auth: tokenAuth({
          authCallback: () => {
            const token =
              tokens.length === 0 ? 'app.key.unknown' : world.emulator.issueToken({ clientId: 'me' }).token;
            tokens.push(token);
            return token;
          },
        }),
      });
      await publish(world.client.channel('a'), 'n', 'x');
      await publish(world.client.channel('a'), 'n', 'y');
      expect([tokens.length, world.sent.length]).to.deep.equal([2, 3]);
      const presented = world.sent.map(({ headers }) => headers.get('authorization'));
      expect(presented).to.deep.equal(
        [tokens[0], tokens[1], tokens[1]].map((token) => `Bearer ${btoa(token!)}`),
      );
    });
  });
