import { expect } from 'chai';
import { Subject } from 'rxjs';
import { createEmulator, type Emulator, inMemory } from '../../lib/emulator/index.js';
import { connectTo, steps } from './fake-client.js';
import { ask } from './fake-http.js';

describe('emulator: auth server', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({ random: steps() });
  });
  afterEach(() => emulator.dispose());

  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it('RSA8c: gives TokenDetails by default, of the params it was given', () => {
    const { status, type, json } = ask(
      emulator,
      '/auth?ttl=1000&clientId=ann&capability={"chat":["subscribe"]}',
    );
    expect([status, type]).deep.equal([200, 'application/json']);
    expect(json).include({ clientId: 'ann', capability: '{"chat":["subscribe"]}', keyName: 'app.key' });
    expect(Number(json['expires']) - Number(json['issued'])).equal(1000);
  });

  it('RSA8c1b: takes the params of a form', () => {
    const { json } = ask(emulator, '/auth?clientId=bob', { headers: form, body: 'clientId=ann&ttl=5' });
    expect(json).property('clientId', 'ann');
  });

  it('refuses a form that is not UTF-8 with 40001, and says so', () => {
    const body = new Uint8Array([0x61, 0x3d, 0xff]);
    const request = { method: 'POST', path: '/auth', query: new URLSearchParams(), headers: form, body };
    const answer = emulator.request(request);
    expect(answer.status).equal(400);
    expect(new TextDecoder().decode(answer.body)).include('40001').and.include('not UTF-8');
  });

  it('RSA8c: gives a token or a JWT as text', () => {
    const connectWith = (accessToken: string) =>
      connectTo(emulator, { key: undefined, accessToken }).last()?.connectionDetails?.clientId;
    const token = ask(emulator, '/auth?as=token&clientId=ann');
    expect([token.type, connectWith(token.text)]).deep.equal(['text/plain', 'ann']);
    const jwt = ask(emulator, '/auth?as=jwt&clientId=ann');
    expect([jwt.type, connectWith(jwt.text)]).deep.equal(['application/jwt', 'ann']);
  });

  it('RSA8c: gives a TokenRequest that is exchanged for a token, once', () => {
    const { json } = ask(emulator, '/auth?as=request&clientId=ann&ttl=1000&capability={"chat":["*"]}');
    expect(json).include({ keyName: 'app.key', clientId: 'ann', ttl: 1000, capability: '{"chat":["*"]}' });
    const path = '/keys/app.key/requestToken';
    expect(ask(emulator, path, { body: json }).json).property('clientId', 'ann');
    expect(ask(emulator, path, { body: json }).code).equal(40105);
  });

  it('keeps to the timestamp and the nonce it was given', () => {
    const { json } = ask(emulator, '/auth?as=request&timestamp=7&nonce=abcdefghijklmnop');
    expect(json).include({ timestamp: 7, nonce: 'abcdefghijklmnop' });
  });

  it('RSA4f: answers anything, as anything, of any size', () => {
    const seen = (path: string) => {
      const { status, type, text } = ask(emulator, `/auth?${path}`);
      return [status, type, text];
    };
    expect(seen('body=hello&status=201')).deep.equal([201, 'text/plain', 'hello']);
    expect(seen('body={"a":1}&type=application/json')).deep.equal([200, 'application/json', '{"a":1}']);
    expect(seen('body=')).deep.equal([200, 'text/plain', '']);
    expect(seen('body=x&size=4')).deep.equal([200, 'text/plain', 'xxxx']);
    expect(seen('status=204')).deep.equal([204, 'application/json', '']);
    expect(ask(emulator, '/auth?status=403')).include({ status: 403, code: 40300 });
    const large = ask(emulator, '/auth?size=131073');
    expect([large.text.length, Object.keys(large.json)]).deep.equal([
      131_073,
      ['token', 'keyName', 'issued', 'expires', 'capability', 'padding'],
    ]);
    expect(ask(emulator, '/auth?as=token&size=131073').text).length(131_073);
  });

  const wrong: readonly [string, string, number, number][] = [
    ['an unknown kind', '/auth?as=cookie', 400, 40000],
    ['an inherited name', '/auth?as=constructor', 400, 40000],
    ['a status that is none', '/auth?status=99', 400, 40000],
    ['too large a size', '/auth?size=999999999', 400, 40000],
    ...[
      'text/html',
      'TEXT/HTML',
      'text/html;charset=utf-8',
      'image/svg+xml',
      'application/xhtml+xml',
      'text/xml',
    ].map((type): (typeof wrong)[number] => [
      `the type ${type}`,
      `/auth?type=${encodeURIComponent(type)}&body=x`,
      400,
      40000,
    ]),
    ...['', '\r\n', 'text/plain\r\nx: y', 'application/json\n', 'text/plain; x=<', 'é'].map(
      (type): (typeof wrong)[number] => [
        `the type ${JSON.stringify(type)}`,
        `/auth?type=${encodeURIComponent(type)}`,
        400,
        40000,
      ],
    ),
    ['a wrong ttl', '/auth?ttl=long', 400, 40003],
    ['an unknown key', '/auth?keyName=app.none', 404, 40400],
  ];
  for (const [title, path, status, code] of wrong) {
    it(`answers ${status} and ${code} to ${title}`, () => {
      expect(ask(emulator, path)).include({ status, code });
    });
  }

  it('answers 405 to other methods', () => {
    expect(ask(emulator, '/auth', { method: 'PUT' }).code).equal(40500);
  });

  it('RSA8c1: tells what it was asked, the latest thousand', () => {
    const heard: unknown[] = [];
    emulator.authRequests$.subscribe({
      next: (request) => heard.push(request),
      complete: () => heard.push('end'),
    });
    ask(emulator, '/auth?a=1&b=2', { headers: { 'x-mine': 'yes' } });
    ask(emulator, '/auth?a=1', { headers: form, body: 'c=3' });
    const seen = [
      { method: 'GET', params: { a: '1', b: '2' }, form: {}, headers: { 'x-mine': 'yes' } },
      { method: 'POST', params: { a: '1' }, form: { c: '3' }, headers: form },
    ];
    expect(emulator.authRequests).deep.equal(seen);
    for (let count = 0; count < 1000; count += 1) ask(emulator, '/auth?body=x');
    expect(emulator.authRequests).length(1000);
    emulator.dispose();
    expect([heard.length, heard[0], heard[1], heard.at(-1)]).deep.equal([1003, ...seen, 'end']);
    expect(emulator.authRequests$).not.instanceOf(Subject);
  });

  it('lets pages ask, and is there for fetch', async () => {
    const { fetch } = inMemory({ emulator });
    const origin = 'http://localhost:3000';
    const preflight = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-mine',
    };
    const allowed = await fetch('https://anywhere/auth', { method: 'OPTIONS', headers: preflight });
    expect([allowed.status, allowed.headers.get('access-control-allow-headers')]).deep.equal([204, 'x-mine']);
    const answer = await fetch('https://anywhere/auth?as=token', {
      method: 'POST',
      body: new URLSearchParams(),
      headers: { origin },
    });
    expect(answer.headers.get('access-control-allow-origin')).equal(origin);
    expect(await answer.text()).match(/^app\.emulated-/);
    expect((await fetch('https://anywhere/auth?status=304')).status).equal(304);
  });
});
