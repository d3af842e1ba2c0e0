import { expect } from 'chai';
import { createRelay, type HttpResponse, type RelayEmulator } from '../../../lib/emulator/index.js';
import { connectAs, keyOwner, topicOf } from './fake-relay-client.js';

const topic = topicOf(1);
const owner = keyOwner(new Uint8Array(32).fill(7));

describe('relay emulator: POST /rpc', () => {
  let relay: RelayEmulator;
  afterEach(() => relay.dispose());

  const post = (
    body: string | Uint8Array,
    more: Partial<Parameters<RelayEmulator['request']>[0]> = {},
  ): HttpResponse =>
    relay.request({
      method: 'POST',
      path: '/rpc',
      query: new URLSearchParams({ projectId: 'p' }),
      headers: {},
      body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
      ...more,
    });
  const textOf = ({ body }: HttpResponse): string => new TextDecoder().decode(body);
  const call = (method: string, params: object): string =>
    `{"id":"1795299120092952065","jsonrpc":"2.0","method":"${method}","params":${JSON.stringify(params)}}`;
  const publish = call('irn_publish', { topic, message: 'x', ttl: 300, tag: 0 });

  it('publishes for the client that its Bearer token proves', () => {
    relay = createRelay();
    const seconds = Math.floor(Date.now() / 1000);
    const headers = { authorization: `Bearer ${owner.jwt({ iat: seconds, exp: seconds + 60 })}` };
    const response = post(publish, { headers });
    expect([response.status, response.headers['content-type'], textOf(response)]).deep.equal([
      200,
      'application/json',
      '{"id":1795299120092952065,"jsonrpc":"2.0","result":true}',
    ]);
    expect(relay.accepted[0]).include({ message: 'x', clientId: owner.did });
  });

  it('takes other calls too: a subscription over HTTP is pushed to through the socket', () => {
    relay = createRelay({ checkJwt: false });
    const ann = connectAs(relay, 'ann');
    const query = new URLSearchParams({ clientId: 'ann' });
    post(call('irn_subscribe', { topic }), { query });
    relay.publish(topic, 'x');
    expect(ann.messages()).deep.equal(['x']);
    expect(textOf(post(call('irn_frob', {}), { query })))
      .contain('InvalidMethod')
      .contain('"id":1795299120092952065');
  });

  it('answers with a status and with error 3000 without a proven identity', () => {
    relay = createRelay();
    const { status, body } = post(publish);
    const { id, error } = JSON.parse(new TextDecoder().decode(body)) as {
      id: number;
      error: { code: number; data: string };
    };
    expect([status, id, error.code, error.data]).deep.equal([401, 0, 3000, 'MissingJwt']);
    relay.dispose();
    relay = createRelay({ checkJwt: false, origins: [], projects: ['p'] });
    const refused = post(publish, { headers: { origin: 'https://evil.example' } });
    expect([refused.status, Object.keys(refused.headers)]).deep.equal([403, ['content-type']]);
    expect(post(publish, { query: new URLSearchParams() }).status).equal(401);
  });

  it('answers 400 to what is no call, 413 to what is too large, 404 and 405 elsewhere', () => {
    relay = createRelay({ checkJwt: false, limits: { frame: 1000 } });
    expect(
      ['{', '{"id":1000000000,"jsonrpc":"2.0","result":true}', Uint8Array.of(0xff)].map(
        (body) => post(body).status,
      ),
    ).deep.equal([400, 400, 400]);
    expect(post('x'.repeat(1001)).status).equal(413);
    expect([post(publish, { path: '/' }).status, post(publish, { method: 'GET' }).status]).deep.equal([
      404, 405,
    ]);
  });

  it('names the origin that it answers', () => {
    relay = createRelay({ checkJwt: false });
    const headers = {
      origin: 'http://localhost:3000',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const preflight = relay.request({
      method: 'OPTIONS',
      path: '/rpc',
      query: new URLSearchParams(),
      headers,
      body: new Uint8Array(),
    });
    expect(preflight).deep.include({ status: 204 });
    expect(preflight.headers).deep.equal({
      'access-control-allow-origin': 'http://localhost:3000',
      vary: 'Origin',
      'access-control-allow-methods': 'POST, OPTIONS',
      'access-control-allow-headers': 'authorization',
    });
    expect(Object.keys(post(publish).headers))
      .contain('vary')
      .not.contain('access-control-allow-origin');
  });
});
