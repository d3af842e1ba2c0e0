import { expect } from 'chai';
import { Action } from '../../lib/ably/wire/actions.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, steps } from './fake-client.js';
import { ask, basic, bearer } from './fake-http.js';

/** Nobody, anybody, or a name. */
type ClientId = string | undefined;

describe('emulator: identity of connections', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({ random: steps(), keys: ['app.key:secret', 'app.other:secret'] });
  });
  afterEach(() => emulator.dispose());

  const issue = (clientId: ClientId): string =>
    emulator.issueToken(clientId === undefined ? {} : { clientId }).token;
  const connect = (ofToken: ClientId, clientId?: string, more = {}) =>
    connectTo(emulator, { key: undefined, accessToken: issue(ofToken), clientId, ...more });

  const connecting: readonly [ofToken: ClientId, asked: ClientId, outcome: ClientId | number][] = [
    [undefined, undefined, undefined],
    ['ann', undefined, 'ann'],
    ['ann', 'ann', 'ann'],
    ['*', undefined, '*'],
    ['*', 'ann', 'ann'],
    ['ann', 'bob', 40102],
    [undefined, 'ann', 40102],
    ['ann', '*', 40012],
    ['*', '*', 40012],
  ];
  for (const [ofToken, asked, outcome] of connecting) {
    it(`RSA15: a token of ${ofToken ?? 'no client'} with the parameter ${asked ?? 'absent'} gives ${outcome ?? 'no client'}`, () => {
      const client = connect(ofToken, asked);
      expect(client.last()?.error?.code ?? client.last()?.connectionDetails?.clientId).equal(outcome);
      const header = asked === undefined ? {} : { 'x-ably-clientid': btoa(asked) };
      const headers = { ...bearer(issue(ofToken)), ...header };
      expect(ask(emulator, '/channels/chat/messages', { headers }).code).equal(
        typeof outcome === 'number' ? outcome : undefined,
      );
    });
  }

  it('tells the name of a connection that has one', () => {
    for (const clientId of [undefined, '*', 'ann']) connect(clientId);
    expect(emulator.connections.map(({ clientId }) => clientId)).deep.equal([undefined, undefined, 'ann']);
  });

  const publishing: readonly [ofToken: ClientId, message: ClientId, outcome: ClientId | number][] = [
    [undefined, undefined, undefined], // RSA8f1
    [undefined, 'ann', 40012], // RSA8f2
    ['*', undefined, undefined], // RSA8f3
    ['*', 'ann', 'ann'], // RSA8f4
    ['*', '*', 40012],
    ['ann', undefined, 'ann'],
    ['ann', 'ann', 'ann'],
    ['ann', 'bob', 40012],
  ];
  for (const [ofToken, given, outcome] of publishing) {
    it(`RSA8f, RTL6g: a publish by ${ofToken ?? 'no client'} as ${given ?? 'no client'} is of ${outcome ?? 'no client'}`, () => {
      const message = { data: 'x', ...(given && { clientId: given }) };
      const client = connect(ofToken);
      client.attach('chat');
      const answer = client.publish(0, 'chat', message);
      const headers = bearer(issue(ofToken));
      const rest = ask(emulator, '/channels/chat/messages', { headers, body: message });
      const refused = typeof outcome === 'number';
      expect([answer?.action, answer?.error?.code, rest.code]).deep.equal(
        refused ? ['NACK', outcome, outcome] : ['ACK', undefined, undefined],
      );
      const seen = client.of('MESSAGE').map(({ messages = [] }) => messages[0]?.clientId);
      expect(seen).deep.equal(refused ? [] : [outcome, outcome]);
    });
  }

  const again: readonly [before: ClientId, next: ClientId, outcome: ClientId | number][] = [
    ['ann', 'ann', 'ann'],
    ['ann', '*', 'ann'],
    ['ann', 'bob', 40102],
    ['ann', undefined, 40102],
    ['*', 'ann', 'ann'],
    ['*', '*', '*'],
    ['*', undefined, undefined],
    [undefined, 'ann', 'ann'],
    [undefined, undefined, undefined],
  ];
  for (const [before, next, outcome] of again) {
    it(`RTC8a, RTN15: ${before ?? 'no client'} with a token of ${next ?? 'no client'} becomes ${outcome ?? 'no client'}`, () => {
      const reauthenticated = connect(before);
      reauthenticated.send({ action: Action.auth, auth: { accessToken: issue(next) } });
      const first = connect(before);
      const resumed = connect(next, undefined, { resume: first.key() });
      for (const [client, id] of [
        [reauthenticated, reauthenticated.frames[0]?.connectionId],
        [resumed, first.frames[0]?.connectionId],
      ] as const) {
        const refused = typeof outcome === 'number';
        expect(client.last()?.action).equal(refused ? 'ERROR' : 'CONNECTED');
        expect(client.last()?.error?.code ?? client.last()?.connectionDetails?.clientId).equal(outcome);
        if (!refused) expect(client.last()?.connectionId).equal(id);
        expect(client.end?.code).equal(refused ? 1000 : undefined);
      }
    });
  }

  it('RTC8a2: refuses a token of another key, or of another app, and ends only that connection', () => {
    const [client, bystander] = [connect('ann'), connect('ann')];
    const { token } = emulator.issueToken({ clientId: 'ann', keyName: 'app.other' });
    client.send({ action: Action.auth, auth: { accessToken: token } });
    expect(client.last()).nested.include({
      action: 'ERROR',
      'error.code': 40102,
      'error.statusCode': 401,
    });
    expect(client.last()).not.property('channel');
    expect([client.end?.code, bystander.end]).deep.equal([1000, undefined]);
    expect(connect('ann', undefined, { resume: client.key() }).last()?.error?.code).equal(80008);
  });

  it('RTC8a2: refuses what is no token', () => {
    const client = connect('ann');
    client.send({ action: Action.auth, auth: { accessToken: 'app.emulated-never' } });
    expect(client.last()).nested.include({ action: 'ERROR', 'error.code': 40143 });
    expect(client.end?.code).equal(1000);
  });

  it('RTC8: a connection by key goes on by a token, and keeps its name', () => {
    const client = connectTo(emulator, { clientId: 'ann' });
    client.send({ action: Action.auth, auth: { accessToken: issue('*') } });
    expect(client.last()).nested.include({ action: 'CONNECTED', 'connectionDetails.clientId': 'ann' });
    expect(emulator.connections[0]?.clientId).equal('ann');
  });

  it('leaves a failed resume as it is: a new connection, and an error that says why', () => {
    const client = connect('ann', undefined, { resume: 'abcdefghij!0123456789abcdef' });
    expect(client.last()).nested.include({ action: 'CONNECTED', 'error.code': 80008 });
  });

  it('RSC16: answers with the time even if the token is invalid', () => {
    expect(ask(emulator, '/time', { headers: bearer('nonsense') }).status).equal(200);
    expect(ask(emulator, '/channels/chat/messages', { headers: basic('app.key:secret') }).status).equal(200);
  });
});
