import { decode, encode } from '@msgpack/msgpack';
import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { ask, basic, bearer, type Read } from './fake-http.js';
import { steps } from './fake-client.js';

const path = '/keys/app.key/requestToken';
const [key, limited] = ['app.key:hush', 'app.limited:hush2'];

type Params = Readonly<Record<string, unknown>>;
const minimal = { keyName: 'app.key', nonce: '0123456789abcdef' };

/** RSA9g, by another implementation of HMAC than the emulator's. */
function signed(params: Params, secret = 'hush'): Params {
  const lines = ['keyName', 'ttl', 'capability', 'clientId', 'timestamp', 'nonce'].map(
    (name) => `${String(params[name] ?? '')}\n`,
  );
  return { ...params, mac: createHmac('sha256', secret).update(lines.join('')).digest('base64') };
}

describe('emulator: requestToken', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({
      random: steps(),
      keys: [key, limited],
      capabilities: { 'app.limited': { 'chat:*': ['subscribe', 'publish'], news: ['*'] } },
    });
  });
  afterEach(() => emulator.dispose());

  const request = (params: Params = {}, secret = 'hush'): Read =>
    ask(emulator, path, { body: signed({ ...minimal, timestamp: Date.now(), ...params }, secret) });

  it('RSA9g, TD2: gives a token for a signed request', () => {
    const before = Date.now();
    const { status, json } = request({ ttl: 1000, capability: '{"chat":["publish"]}', clientId: 'ann' });
    const { token, issued, expires, ...rest } = json as { token: string; issued: number; expires: number };
    expect(status).equal(201);
    expect(token).match(/^app\.emulated-[\w-]{20,}$/);
    expect(issued).within(before, Date.now());
    expect(expires - issued).equal(1000);
    expect(rest).deep.equal({ keyName: 'app.key', capability: '{"chat":["publish"]}', clientId: 'ann' });
  });

  it('TK2a, TK2b, TK2c: gives an hour, all that the key may do, and no clientId by default', () => {
    const { issued, expires, ...rest } = request().json as { issued: number; expires: number };
    expect(expires - issued).equal(3_600_000);
    expect({ ...rest, token: '' }).deep.equal({ token: '', keyName: 'app.key', capability: '{"*":["*"]}' });
  });

  it('takes null and empty fields as left out', () => {
    expect(request({ ttl: null, capability: '', clientId: null }).json).not.property('clientId');
  });

  it('TE4, TE5: takes a ttl and a timestamp as text, as a form has them, and signed so', () => {
    const { issued, expires } = request({ ttl: '1000', timestamp: String(Date.now()) }).json as {
      issued: number;
      expires: number;
    };
    expect(expires - issued).equal(1000);
    expect(request({ timestamp: String(Date.now() - 301_000), nonce: 'another nonce of it' }).code).equal(
      40104,
    );
    for (const ttl of ['0', '1.5', '-1', ' 1', '0x10', '86400001'])
      expect(request({ ttl, nonce: `0123456789abcdef ${ttl}` }).code).equal(40003);
  });

  it('RSA11: issues a token to a caller with the key, without a signature', () => {
    const headers = basic(key);
    expect(ask(emulator, path, { headers, body: { clientId: 'ann' } }).json).property('clientId', 'ann');
    expect(ask(emulator, path, { headers, body: {} }).status).equal(201);
  });

  it('speaks MessagePack both ways', () => {
    const type = 'application/x-msgpack';
    const { status, body } = emulator.request({
      method: 'POST',
      path,
      query: new URLSearchParams(),
      headers: { 'content-type': type, accept: type },
      body: encode(signed({ ...minimal, timestamp: Date.now() })),
    });
    expect(status).equal(201);
    expect(decode(body)).property('keyName', 'app.key');
  });

  it('gives texts that differ, even where chance does not', () => {
    const same = createEmulator({ random: () => 0.5 });
    const tokens = [same.issueToken(), same.issueToken()].map(({ token }) => token);
    expect(new Set(tokens).size).equal(2);
    same.dispose();
  });

  const cases: readonly [string, () => Read, number, number][] = [
    ['a mac by another secret', () => request({}, 'other'), 401, 40101],
    [
      'a mac that is no base64',
      () => ask(emulator, path, { body: { ...minimal, timestamp: Date.now(), mac: '%' } }),
      401,
      40101,
    ],
    [
      'what was changed after signing',
      () =>
        ask(emulator, path, { body: { ...signed({ ...minimal, timestamp: Date.now() }), clientId: 'eve' } }),
      401,
      40101,
    ],
    ['another key than in the path', () => request({ keyName: 'app.limited' }), 401, 40102],
    ['a key of an unknown app', () => ask(emulator, '/keys/none.key/requestToken', { body: {} }), 404, 40400],
    ['an unknown key', () => ask(emulator, '/keys/app.none/requestToken', { body: {} }), 404, 40400],
    ['a timestamp of long ago', () => request({ timestamp: Date.now() - 301_000 }), 401, 40104],
    ['a timestamp of the future', () => request({ timestamp: Date.now() + 301_000 }), 401, 40104],
    ['a timestamp that is none', () => request({ timestamp: 'now' }), 400, 40001],
    ['a nonce that is too short', () => request({ nonce: '0123456789abcde' }), 400, 40001],
    ['a ttl of nothing', () => request({ ttl: 0 }), 400, 40003],
    ['a negative ttl', () => request({ ttl: -1 }), 400, 40003],
    ['a ttl in parts', () => request({ ttl: 1.5 }), 400, 40003],
    ['a ttl that is no number', () => request({ ttl: 'long' }), 400, 40003],
    ['a ttl of more than a day', () => request({ ttl: 86_400_001 }), 400, 40003],
    ['a clientId that is no text', () => request({ clientId: 7 }), 400, 40012],
    ['a capability that is no JSON', () => request({ capability: '{' }), 400, 40000],
    ['a capability that is an object', () => request({ capability: { a: ['*'] } }), 401, 40101],
    ['a capability of something else', () => request({ capability: '[]' }), 400, 40000],
    ['a capability without operations', () => request({ capability: '{"a":[]}' }), 400, 40000],
    [
      'a capability that contradicts itself',
      () => request({ capability: '{"a":["*","publish"]}' }),
      400,
      40000,
    ],
    ['a body that is no JSON', () => ask(emulator, path, { headers: basic(key), body: '{' }), 400, 40001],
    ['a capability of unknown operations', () => request({ capability: '{"a":["fly"]}' }), 400, 40000],
    ['neither a mac nor a key', () => ask(emulator, path, { body: minimal }), 401, 40101],
    [
      'another key than in the path, shown',
      () => ask(emulator, path, { headers: basic(limited), body: {} }),
      401,
      40102,
    ],
    [
      'a token instead of a key',
      () => ask(emulator, path, { headers: bearer(emulator.issueToken().token), body: {} }),
      401,
      40162,
    ],
    ['a body that is no object', () => ask(emulator, path, { headers: basic(key), body: [] }), 400, 40001],
    ['GET', () => ask(emulator, path, { headers: basic(key) }), 405, 40500],
  ];
  for (const [title, act, status, code] of cases) {
    it(`answers ${status} and ${code} to ${title}, and tells no secret`, () => {
      const answer = act();
      expect([answer.status, answer.code]).deep.equal([status, code]);
      expect(answer.text).not.match(/hush|emulated-/);
    });
  }

  it('TE5: takes a nonce once, for as long as its timestamp is timely', () => {
    new TestScheduler(() => undefined).run(() => {
      const virtual = createEmulator({ keys: [key], timestampWindow: 1000, maxIdleInterval: 0 });
      const codes: (number | undefined)[] = [];
      const body = (timestamp: number): Params => signed({ ...minimal, timestamp });
      const send = (timestamp: number) => codes.push(ask(virtual, path, { body: body(timestamp) }).code);
      send(1000);
      send(1000);
      timer(2000).subscribe(() => send(1000));
      timer(2001).subscribe(() => send(2001));
      timer(2002).subscribe(() => send(1001));
      expect(codes).deep.equal([undefined, 40105]);
      timer(2003).subscribe(() => {
        expect(codes.slice(2)).deep.equal([40105, undefined, 40104]);
        virtual.dispose();
      });
    });
  });

  const intersections: readonly [asked: object, given: object | number][] = [
    [{ '*': ['*'] }, { 'chat:*': ['publish', 'subscribe'], news: ['*'] }],
    [{ 'chat:a': ['*'] }, { 'chat:a': ['publish', 'subscribe'] }],
    [{ 'chat:a:*': ['subscribe', 'history'] }, { 'chat:a:*': ['subscribe'] }],
    [{ news: ['history', 'presence'] }, { news: ['history', 'presence'] }],
    [{ 'chat:a': ['history'], news: ['history'] }, { news: ['history'] }],
    [{ chat: ['*'] }, 40160],
    [{ 'chat:a': ['history'] }, 40160],
    [{ other: ['*'], newsroom: ['*'] }, 40160],
    [{}, 40160],
  ];
  for (const [asked, given] of intersections) {
    it(`RSA6: a request for ${JSON.stringify(asked)} gives the part that the key has`, () => {
      const { json, code } = ask(emulator, '/keys/app.limited/requestToken', {
        headers: basic(limited),
        body: { capability: JSON.stringify(asked) },
      });
      expect(code ?? json['capability']).deep.equal(
        typeof given === 'number' ? given : JSON.stringify(given),
      );
    });
  }
});

describe('emulator: capabilities of keys', () => {
  const wrong: readonly [string, unknown][] = [
    ['a key that is none here', { 'app.other': { '*': ['*'] } }],
    ['an operation that is unknown', { 'app.key': { '*': ['fly'] } }],
    ['no operations', { 'app.key': { chat: [] } }],
    ['no object', { 'app.key': 7 }],
  ];
  for (const [title, capabilities] of wrong) {
    it(`refuses ${title} with an error that names the option`, () => {
      expect(() => createEmulator({ capabilities: capabilities as never })).throw(
        TypeError,
        /`capabilities`/,
      );
    });
  }
});
