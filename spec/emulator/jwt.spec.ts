import { createHmac } from 'node:crypto';
import { expect } from 'chai';
import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Action } from '../../lib/ably/wire/actions.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, steps } from './fake-client.js';
import { ask } from './fake-http.js';

const now = (): number => Math.floor(Date.now() / 1000);
const part = (content: unknown): string => Buffer.from(JSON.stringify(content)).toString('base64url');
const header = { typ: 'JWT', alg: 'HS256', kid: 'app.key' };

/** RFC 7519, by another implementation than the emulator's. */
function jwt(claims: object, more: object = {}, secret = 'hush'): string {
  const content = `${part({ ...header, ...more })}.${part({ iat: now(), exp: now() + 60, ...claims })}`;
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

describe('emulator: JWT', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({
      random: steps(),
      keys: ['app.key:hush', 'app.limited:hush2'],
      capabilities: { 'app.limited': { chat: ['publish'] } },
    });
  });
  afterEach(() => emulator.dispose());

  const path = '/channels/chat/messages';
  const connect = (token: string, headers = {}) =>
    connectTo(emulator, { key: undefined, accessToken: token }, headers);

  it('RSA3b, RSA3c, RTC8a4: takes one as a parameter, in the header both ways, and in AUTH', () => {
    const token = jwt({ 'x-ably-clientId': 'ann' });
    const client = connect(token);
    expect(client.last()?.connectionDetails?.clientId).equal('ann');
    client.send({ action: Action.auth, auth: { accessToken: jwt({ 'x-ably-clientId': 'ann' }) } });
    expect(client.last()?.action).equal('CONNECTED');
    for (const text of [token, btoa(token)])
      expect(ask(emulator, path, { headers: { authorization: `Bearer ${text}` } }).status).equal(200);
  });

  it('takes a capability as far as the key has it', () => {
    const token = jwt({ 'x-ably-capability': '{"*":["publish"]}' }, { kid: 'app.limited' }, 'hush2');
    const client = connect(token);
    expect(client.attach('chat')?.flags).equal(1 << 17);
    expect(client.attach('other')?.error?.code).equal(40160);
  });

  it('takes names that are not ASCII', () => {
    expect(connect(jwt({ 'x-ably-clientId': 'Ännchen 🍏' })).last()?.connectionDetails?.clientId).equal(
      'Ännchen 🍏',
    );
  });

  it('issues those that it takes', () => {
    const token = emulator.issueJwt({ clientId: 'ann', capability: { chat: ['subscribe'] }, ttl: 5000 });
    const [, payload = ''] = token.split('.');
    const { iat, exp, ...claims } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as {
      iat: number;
      exp: number;
    };
    expect(exp - iat).closeTo(5, 0.001);
    expect(claims).deep.equal({ 'x-ably-capability': '{"chat":["subscribe"]}', 'x-ably-clientId': 'ann' });
    expect(connect(token).last()?.connectionDetails?.clientId).equal('ann');
  });

  const cases: readonly [string, () => string, number][] = [
    ['a wrong secret', () => jwt({}, {}, 'other'), 40144],
    ['no signature', () => jwt({}).replace(/[^.]+$/, ''), 40144],
    ['a signature that is no base64', () => jwt({}).replace(/[^.]+$/, '%'), 40144],
    [
      'claims changed after signing',
      () => jwt({}).replace(/\.[^.]+\./, `.${part({ iat: now(), exp: now() + 999 })}.`),
      40144,
    ],
    ['another algorithm', () => jwt({}, { alg: 'HS512' }), 40144],
    ['no algorithm', () => jwt({}, { alg: 'none' }), 40144],
    ['no kid', () => jwt({}, { kid: undefined }), 40144],
    ['an unknown key', () => jwt({}, { kid: 'app.none' }), 40400],
    ['an unknown app', () => jwt({}, { kid: 'none.key' }), 40400],
    ['no JSON', () => 'a.b.c', 40144],
    ['nothing at all', () => '..', 40144],
    ['too many parts', () => `${jwt({})}.more`, 40400],
    ['no iat', () => jwt({ iat: undefined }), 40144],
    ['an exp that is text', () => jwt({ exp: String(now() + 60) }), 40144],
    ['a clientId that is a number', () => jwt({ 'x-ably-clientId': 7 }), 40012],
    ['a capability that is an object', () => jwt({ 'x-ably-capability': { chat: ['*'] } }), 40144],
    ['a capability that is no JSON', () => jwt({ 'x-ably-capability': '{' }), 40000],
    [
      'a capability that the key has nothing of',
      () => jwt({ 'x-ably-capability': '{"a":["*"]}' }, { kid: 'app.limited' }, 'hush2'),
      40160,
    ],
    ['a time that is over', () => jwt({ iat: now() - 60, exp: now() - 1 }), 40142],
    ['a time that is over, issued here', () => emulator.issueJwt({ ttl: -1 }), 40142],
    ['more than a day', () => jwt({ exp: now() + 86_401 }), 40003],
    ['a time to come', () => jwt({ iat: now() + 3600, exp: now() + 3660 }), 40104],
    ['times without end', () => jwt({ iat: -1e300, exp: 1e300 }), 40003],
  ];
  for (const [title, token, code] of cases) {
    it(`refuses with ${code}: ${title}`, () => {
      const text = token();
      const client = connect(text);
      const rest = ask(emulator, path, { headers: { authorization: `Bearer ${text}` } });
      expect([client.last()?.action, client.last()?.error?.code, rest.code]).deep.equal([
        'ERROR',
        code,
        code,
      ]);
      expect(client.end?.code).equal(1000);
      expect(JSON.stringify(client.frames) + rest.text).not.match(/hush/);
      for (const secret of text.split('.').filter(({ length }) => length > 1))
        expect(rest.text).not.contain(secret);
    });
  }

  it('refuses in no time what is long and malformed', () => {
    for (const text of ['a.'.repeat(200_000), `a.${'='.repeat(200_000)}.c`, `${'e'.repeat(200_000)}.b.c`])
      expect(connect(text).last()?.error?.code).oneOf([40005, 40144, 40400]);
  });

  it('RTN15h: disconnects when its time is over, to the millisecond', () => {
    new TestScheduler(() => undefined).run(() => {
      const virtual = createEmulator({ maxIdleInterval: 0 });
      const client = connectTo(virtual, { key: undefined, accessToken: virtual.issueJwt({ ttl: 1234 }) });
      timer(1233).subscribe(() => expect(client.frames).length(1));
      timer(1235).subscribe(() => {
        expect(client.last()).nested.include({ action: 'DISCONNECTED', 'error.code': 40142 });
        virtual.dispose();
      });
    });
  });
});
