import { expect } from 'chai';
import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Action } from '../../lib/ably/wire/actions.js';
import { createEmulator, type Emulator, type RevokeOptions } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import { ask, basic, bearer } from './fake-http.js';

const path = '/keys/app.key/revokeTokens';
const headers = basic('app.key:secret');

describe('emulator: revokeTokens', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({ random: steps(), keys: ['app.key:secret', 'app.other:secret'] });
  });
  afterEach(() => emulator.dispose());

  const connect = (accessToken: string): FakeClient => connectTo(emulator, { key: undefined, accessToken });

  it('RSA17c, TRS2, TRF2: answers target by target', () => {
    const before = Date.now();
    const targets = ['clientId:ann', 'nonsense', 'revocationKey:x', 7, 'channel:', 'channel:a:b'];
    const { status, json } = ask(emulator, path, { headers, body: { targets } });
    const { results, ...counts } = json as { results: Record<string, unknown>[] };
    expect([status, counts]).deep.equal([200, { successCount: 3, failureCount: 3 }]);
    expect(results.map(({ target }) => target)).deep.equal(targets);
    expect(results.map(({ error }) => (error as { code: number } | undefined)?.code)).deep.equal([
      undefined,
      40000,
      undefined,
      40000,
      40000,
      undefined,
    ]);
    const { issuedBefore, appliesAt } = results[0] as { issuedBefore: number; appliesAt: number };
    for (const time of [issuedBefore, appliesAt]) expect(time).within(before, Date.now());
  });

  it('disconnects clients with a revoked token, refuses that token, and leaves all others connected', () => {
    const [ann, bob, keyed] = [
      connect(emulator.issueToken({ clientId: 'ann' }).token),
      connect(emulator.issueToken({ clientId: 'bob' }).token),
      connectTo(emulator, { clientId: 'ann' }),
    ];
    const { token } = emulator.issueToken({ clientId: 'ann' });
    ask(emulator, path, { headers, body: { targets: ['clientId:ann'] } });
    expect(ann.last()).nested.include({
      action: 'DISCONNECTED',
      'error.code': 40141,
      'error.statusCode': 401,
    });
    expect(ann.end?.code).equal(1000);
    expect([bob.end, keyed.end]).deep.equal([undefined, undefined]);
    expect(connect(token).last()).nested.include({ action: 'ERROR', 'error.code': 40141 });
    expect(ask(emulator, '/channels/chat/messages', { headers: bearer(token) })).include({
      status: 401,
      code: 40141,
    });
    bob.send({ action: Action.auth, auth: { accessToken: token } });
    expect(bob.last()?.error?.code).equal(40141);
    expect(connect(emulator.issueToken({ clientId: 'ann' }).token).last()?.action).equal('CONNECTED');
  });

  it('takes revocation keys, and channels by their name in the capability', () => {
    const tokens = [
      emulator.issueJwt({ revocationKey: 'x' }),
      emulator.issueToken({ capability: { 'a:*': ['subscribe'] } }).token,
      emulator.issueToken({ capability: { 'a:b': ['subscribe'] } }).token,
      emulator.issueToken().token,
    ];
    const clients = tokens.map(connect);
    emulator.revoke('revocationKey:x');
    emulator.revoke('channel:a:*');
    expect(clients.map(({ end }) => end?.code)).deep.equal([1000, 1000, undefined, undefined]);
  });

  it('revokes only tokens of its own key', () => {
    const client = connect(emulator.issueToken({ clientId: 'ann', keyName: 'app.other' }).token);
    emulator.revoke('clientId:ann');
    expect(client.end).equal(undefined);
    emulator.revoke('clientId:ann', { keyName: 'app.other' });
    expect(client.end?.code).equal(1000);
  });

  const cases: readonly [string, Parameters<typeof ask>[2], number, number][] = [
    ['RSA17d: a token', { body: { targets: ['clientId:a'] } }, 401, 40162],
    ['another key', { headers: basic('app.other:secret'), body: { targets: ['clientId:a'] } }, 401, 40102],
    ['no targets', { headers, body: {} }, 400, 40001],
    ['no target', { headers, body: { targets: [] } }, 400, 40001],
    ['a body that is no object', { headers, body: '7' }, 400, 40001],
  ];
  for (const [title, request, status, code] of cases) {
    it(`answers ${status} and ${code} to ${title}`, () => {
      const answer = ask(emulator, path, { headers: bearer(emulator.issueToken().token), ...request });
      expect([answer.status, answer.code]).deep.equal([status, code]);
    });
  }

  it('refuses a time that is none, or to come', () => {
    for (const issuedBefore of ['now', 1.5, Date.now() + 60_000]) {
      const { json } = ask(emulator, path, { headers, body: { targets: ['clientId:a'], issuedBefore } });
      expect(json).nested.include({ failureCount: 1, 'results[0].error.code': 40003 });
    }
    expect(() => emulator.revoke('nonsense')).throw(/"clientId:…"/);
  });

  const virtually =
    (body: (virtual: Emulator, at: (ms: number, act: () => void) => void) => void) => (): void =>
      new TestScheduler(() => undefined).run(() => {
        const virtual = createEmulator({ maxIdleInterval: 0 });
        body(virtual, (ms, act) => void timer(ms).subscribe(act));
        timer(200_000).subscribe(() => virtual.dispose());
      });
  const byToken = (to: Emulator, clientId = 'ann'): FakeClient =>
    connectTo(to, { key: undefined, accessToken: to.issueToken({ clientId }).token });

  it(
    'RSA17e: revokes what was issued before the time given',
    virtually((virtual, at) => {
      const early = byToken(virtual);
      const seen: FakeClient[] = [];
      at(100, () => seen.push(byToken(virtual)));
      at(200, () => {
        expect(virtual.revoke('clientId:ann', { issuedBefore: 100 })).deep.equal({
          target: 'clientId:ann',
          issuedBefore: 100,
          appliesAt: 200,
        });
        expect([early.end?.code, seen[0]?.end]).deep.equal([1000, undefined]);
      });
    }),
  );

  it(
    'RSA17f: with a margin, requests another token now and disconnects half a minute later',
    virtually((virtual, at) => {
      const options: RevokeOptions = { allowReauthMargin: true };
      const clients = [byToken(virtual), byToken(virtual), byToken(virtual, 'bob')];
      at(1000, () => {
        expect(virtual.revoke('clientId:ann', options).appliesAt).equal(31_000);
        expect(clients.map(({ last }) => last()?.action)).deep.equal(['AUTH', 'AUTH', 'CONNECTED']);
      });
      at(2000, () => {
        const accessToken = virtual.issueToken({ clientId: 'ann' }).token;
        clients[0]?.send({ action: Action.auth, auth: { accessToken } });
      });
      at(30_999, () => expect(clients.map(({ end }) => end)).deep.equal([undefined, undefined, undefined]));
      at(31_001, () => {
        expect(clients.map(({ end }) => end?.code)).deep.equal([undefined, 1000, undefined]);
        expect(clients[1]?.last()).nested.include({ action: 'DISCONNECTED', 'error.code': 40141 });
      });
    }),
  );

  it(
    'a revocation at once overtakes one with a margin',
    virtually((virtual, at) => {
      const client = byToken(virtual);
      virtual.revoke('clientId:ann', { allowReauthMargin: true });
      at(10, () => {
        virtual.revoke('clientId:ann');
        expect(client.of('AUTH')).length(1);
        expect(client.end?.code).equal(1000);
      });
    }),
  );
});
