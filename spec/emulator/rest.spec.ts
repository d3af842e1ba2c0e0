import { decode, encode } from '@msgpack/msgpack';
import { expect } from 'chai';
import {
  createEmulator,
  type Emulator,
  type HttpRequest,
  type HttpResponse,
} from '../../lib/emulator/index.js';
import { connectTo, steps } from './fake-client.js';

const json = ({ body }: HttpResponse): unknown => JSON.parse(new TextDecoder().decode(body)) as unknown;
const utf8 = (content: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(content));
const authorization = `Basic ${btoa('app.key:secret')}`;

describe('emulator: REST', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({ random: steps(), maxFrameSize: 1000, maxMessageSize: 500 });
  });
  afterEach(() => emulator.dispose());

  const ask = (path: string, more: Partial<HttpRequest> = {}): HttpResponse => {
    const { pathname, searchParams } = new URL(path, 'http://emulator');
    const headers = { authorization, ...more.headers };
    return emulator.request({
      method: 'GET',
      path: pathname,
      query: searchParams,
      body: new Uint8Array(),
      ...more,
      headers,
    });
  };
  const post = (content: unknown, headers: HttpRequest['headers'] = {}): HttpResponse =>
    ask('/channels/chat/messages', { method: 'POST', body: utf8(content), headers });

  it('RSC16: answers with the time, without credentials', () => {
    const { status, body } = ask('/time', { headers: { authorization: undefined } });
    expect(status).equal(200);
    expect((JSON.parse(new TextDecoder().decode(body)) as number[])[0]).closeTo(Date.now(), 5000);
  });

  it('RSL1: publishes one or many messages to all attachments', () => {
    const client = connectTo(emulator);
    client.attach('chat');
    const one = post({ name: 'a', data: { any: 1 } });
    const many = post([{ data: 'x' }, { data: 'y', clientId: 'ann' }]);
    expect([one.status, many.status]).deep.equal([201, 201]);
    const frames = client.frames.slice(2);
    const [first, second] = frames.map(({ id, messages = [] }) => ({
      channel: 'chat',
      messageId: id,
      serials: messages.map(({ serial }) => serial),
    }));
    expect([json(one), json(many)]).deep.equal([first, second]);
    expect(client.data()).deep.equal(['{"any":1}', 'x', 'y']);
  });

  it('RSA7e2: publishes in the name of the X-Ably-ClientId header, and refuses another', () => {
    const headers = { 'x-ably-clientid': btoa('ann') };
    expect(post({ data: 'x' }, headers).status).equal(201);
    expect(json(ask('/channels/chat/messages')))
      .property('0')
      .property('clientId', 'ann');
    expect(json(post({ clientId: 'bob' }, headers))).nested.property('error.code', 40012);
  });

  it('speaks MessagePack both ways', () => {
    const data = new Uint8Array([1, 255]);
    const headers = { 'content-type': 'application/x-msgpack', accept: 'application/x-msgpack' };
    const body = encode({ name: 'a', data });
    const posted = ask('/channels/chat/messages', { method: 'POST', body, headers });
    expect(decode(posted.body)).property('channel', 'chat');
    expect(decode(ask('/channels/chat/messages', { headers }).body))
      .nested.property('0.data')
      .deep.equal(data);
    expect(json(ask('/channels/chat/messages')))
      .property('0')
      .include({ data: 'Af8=', encoding: 'base64' });
  });

  it('RSL2: pages by the links it gives', () => {
    for (const data of ['a', 'b', 'c', 'd', 'e']) post({ data });
    const pages: unknown[] = [];
    let path: string | undefined = '/channels/chat/messages?limit=2&key=app.key:secret';
    while (path !== undefined) {
      const { headers, body } = ask(path);
      expect(headers['link']).contain('rel="first"').not.contain('secret');
      pages.push((JSON.parse(new TextDecoder().decode(body)) as { data: unknown }[]).map(({ data }) => data));
      const [, next] = /<\.\/(messages\?[^>]+)>; rel="next"/.exec(headers['link'] ?? '') ?? [];
      path = next && `/channels/chat/${next}`;
    }
    expect(pages).deep.equal([['e', 'd'], ['c', 'b'], ['a']]);
  });

  it('TG2: links a page to itself as the current one', () => {
    for (const data of ['a', 'b', 'c']) post({ data });
    const linked = (path: string, rel: string): string =>
      new RegExp(`<\\./(messages\\?[^>]+)>; rel="${rel}"`).exec(ask(path).headers['link'] ?? '')?.[1] ??
      'none';
    const second = `/channels/chat/${linked('/channels/chat/messages?limit=2', 'next')}`;
    const again = `/channels/chat/${linked(second, 'current')}`;
    const dataOf = (path: string): unknown =>
      (json(ask(path)) as { data: unknown }[]).map(({ data }) => data);
    expect([dataOf(second), dataOf(again)]).deep.equal([['a'], ['a']]);
  });

  it('RSL2b, RTL10b: selects by time, direction and attach serial', () => {
    post([{ data: 'a' }, { data: 'b' }]);
    const attachSerial = connectTo(emulator).attach('chat')?.channelSerial ?? '';
    post({ data: 'c' });
    const data = (query: string): unknown =>
      (json(ask(`/channels/chat/messages?${query}`)) as { data: unknown }[]).map((message) => message.data);
    expect(data('direction=forwards')).deep.equal(['a', 'b', 'c']);
    expect(data(`from_serial=${encodeURIComponent(attachSerial)}`)).deep.equal(['b', 'a']);
    expect(data(`start=${Date.now() + 60_000}`)).deep.equal([]);
    expect(data(`end=${Date.now() - 60_000}`)).deep.equal([]);
  });

  it('names the origin that it answers, and no origin to a request without one', () => {
    const asked = {
      origin: 'http://localhost:3000',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const { status, headers } = ask('/channels/chat/messages', { method: 'OPTIONS', headers: asked });
    expect(status).equal(204);
    expect(headers).include({
      'access-control-allow-origin': 'http://localhost:3000',
      vary: 'Origin',
      'access-control-allow-headers': 'authorization',
    });
    expect(headers['access-control-allow-methods']).contain('POST');
    expect(Object.keys(ask('/nothing').headers))
      .contain('vary')
      .not.contain('access-control-allow-origin');
  });

  const path = '/channels/chat/messages';
  const cases: readonly (readonly [string, () => HttpResponse, number, number])[] = [
    ['no credentials', () => ask(path, { headers: { authorization: undefined } }), 401, 40101],
    ['a token of another app', () => ask(path, { headers: { authorization: 'Bearer none.x' } }), 404, 40400],
    [
      'an unknown app',
      () => ask(`${path}?key=none.a:b`, { headers: { authorization: undefined } }),
      404,
      40400,
    ],
    ['an unknown path', () => ask('/nothing'), 404, 40400],
    ...['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method) =>
      ['/nothing', '/channels/chat/nothing', '/keys/app.key/nothing'].map(
        (unknown) => [`${method} of ${unknown}`, () => ask(unknown, { method }), 404, 40400] as const,
      ),
    ),
    ['an unknown method', () => ask(path, { method: 'DELETE' }), 405, 40500],
    ['a badly escaped name', () => ask('/channels/%ff/messages'), 400, 40010],
    ['no body', () => ask(path, { method: 'POST' }), 400, 40001],
    ['a body that is no message', () => post(7), 400, 40030],
    ['an empty array', () => post([]), 400, 40030],
    ['too large a message', () => post({ data: 'x'.repeat(501) }), 413, 40009],
    ['too large a body', () => post({ data: 'x'.repeat(1001) }), 413, 40009],
    ['a bad limit', () => ask(`${path}?limit=0`), 400, 40003],
    ['a bad start', () => ask(`${path}?start=now`), 400, 40003],
    ['a start after the end', () => ask(`${path}?start=2&end=1`), 400, 40003],
    ['a bad direction', () => ask(`${path}?direction=up`), 400, 40003],
  ];
  for (const [title, act, status, code] of cases) {
    it(`answers ${status} and ${code} to ${title}`, () => {
      const response = act();
      expect(response.status).equal(status);
      expect(json(response)).nested.include({ 'error.code': code, 'error.statusCode': status });
      expect(json(response)).nested.property('error.href', `https://help.ably.io/error/${code}`);
      expect(response.headers['x-ably-errorcode']).equal(String(code));
    });
  }
});
