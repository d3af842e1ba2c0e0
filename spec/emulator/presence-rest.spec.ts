import { expect } from 'chai';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { msgpack } from '../../lib/codec/msgpack.js';
import { virtually } from '../support/virtual-time.js';
import { connectTo, steps } from './fake-client.js';
import { ask, basic, bearer, type Read } from './fake-http.js';

const path = '/channels/chat/presence';

describe('emulator: presence over HTTP', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({ random: steps() });
  });
  afterEach(() => emulator.dispose());
  const get = (of: string, headers = basic(emulator.key)): Read => ask(emulator, of, { headers });
  const names = ({ list }: Read): unknown[] => list.map(({ clientId }) => clientId);
  const next = ({ link }: Read): string => /<\.\/([^>]+)>; rel="next"/.exec(link)?.[1] ?? '';
  const enterAll = (...clientIds: string[]): void =>
    emulator.presence('chat').enter(clientIds.map((clientId) => ({ clientId, data: clientId })));

  it('RSP3: returns the members as PRESENT', () => {
    const ann = connectTo(emulator, { clientId: 'ann' });
    ann.attach('chat');
    ann.present(0, 'chat', { action: 2, data: 'x', extras: { a: 1 } });
    const connectionId = emulator.connections[0]?.id ?? '';
    const { list } = get(path);
    expect(list).deep.equal([
      {
        id: `${connectionId}:0:0`,
        action: 1,
        clientId: 'ann',
        connectionId,
        timestamp: list[0]?.['timestamp'],
        data: 'x',
        extras: { a: 1 },
      },
    ]);
  });

  it('RSP3a1: returns members in pages, each once though some come and go in between', () => {
    enterAll('e', 'd', 'c', 'b', 'a');
    const first = get(`${path}?limit=2`);
    expect(names(first)).deep.equal(['a', 'b']);
    emulator.presence('chat').leave({ clientId: 'b' });
    enterAll('f');
    const second = get(`/channels/chat/${next(first)}`);
    const third = get(`/channels/chat/${next(second)}`);
    expect([names(second), names(third), next(third)]).deep.equal([['c', 'd'], ['e', 'f'], '']);
    expect(get(`${path}?limit=0`).code).equal(40003);
  });

  it('RSP3a2, RSP3a3: returns the members of a clientId, or of a connectionId', () => {
    emulator.presence('chat').enter([
      { clientId: 'a', connectionId: 'one' },
      { clientId: 'a', connectionId: 'two' },
      { clientId: 'b', connectionId: 'two' },
    ]);
    const ids = (query: string) =>
      get(`${path}?${query}`).list.map(({ clientId, connectionId }) => `${clientId}@${connectionId}`);
    expect(ids('clientId=a')).deep.equal(['a@one', 'a@two']);
    expect(ids('connectionId=two')).deep.equal(['a@two', 'b@two']);
    expect(ids('connectionId=two&clientId=a')).deep.equal(['a@two']);
  });

  it('returns no members of an unknown channel, and does not create it', () => {
    expect([get(path).list, get(`${path}/history`).list]).deep.equal([[], []]);
    expect(get(path).status).equal(200);
  });

  it('RSP4: returns the presence history, newest first, in pages', () => {
    enterAll('a', 'b');
    emulator.presence('chat').update({ clientId: 'a', data: 'new' });
    emulator.presence('chat').leave({ clientId: 'b' });
    emulator.publish('chat', { data: 'no presence' });
    const first = get(`${path}/history?limit=3`);
    expect(first.list.map(({ action, clientId }) => `${action} ${clientId}`)).deep.equal([
      ...['3 b', '4 a', '2 b'],
    ]);
    const second = get(`${path}/${next(first)}`);
    expect([names(second), next(second)]).deep.equal([['a'], '']);
    expect(names(get(`${path}/history?direction=forwards`))).deep.equal(['a', 'b', 'a', 'b']);
    expect(get('/channels/chat/messages').list.map(({ data }) => data)).deep.equal(['no presence']);
  });

  it(
    'RSP4b1: between start and end, and no longer than it is kept',
    virtually(({ scheduler, act }) => {
      const timed = createEmulator({ scheduler, history: { ttl: 1000 } });
      const headers = basic(timed.key);
      const told = (query = ''): unknown[] =>
        names(ask(timed, `${path}/history?direction=forwards${query}`, { headers }));
      const { enter } = timed.presence('chat');
      act('100ms a 99ms b 99ms c 850ms d', {
        a: () => enter({ clientId: 'a' }),
        b: () => enter({ clientId: 'b' }),
        c: () => {
          enter({ clientId: 'c' });
          expect(told('&start=150&end=250')).deep.equal(['b']);
          expect(ask(timed, `${path}/history?start=2&end=1`, { headers }).code).equal(40003);
        },
        d: () => {
          expect(told()).deep.equal(['b', 'c']);
          timed.dispose();
        },
      });
    }),
  );

  it('RTL10b: tells the history until an attachment', () => {
    enterAll('a');
    const { channelSerial = '' } = connectTo(emulator).attach('chat') ?? {};
    enterAll('b');
    expect(names(get(`${path}/history?from_serial=${encodeURIComponent(channelSerial)}`))).deep.equal(['a']);
  });

  it('gives bytes as the format has them', () => {
    emulator.presence('chat').enter({ clientId: 'a', data: new Uint8Array([1, 2]) });
    for (const of of [path, `${path}/history`]) {
      expect(get(of).list[0]).include({ data: 'AQI=', encoding: 'base64' });
      const { body } = emulator.request({
        ...{ method: 'GET', path: of, query: new URLSearchParams(), body: new Uint8Array() },
        headers: { ...basic(emulator.key), accept: 'application/x-msgpack' },
      });
      expect((msgpack().decode(body) as object[])[0]).deep.include({ data: new Uint8Array([1, 2]) });
    }
  });

  it('asks for a capability: subscribe or presence, and history', () => {
    const bearing = (operation: string) =>
      bearer(emulator.issueToken({ capability: { chat: [operation] } }).token);
    const codes = (operation: string): unknown[] =>
      [path, `${path}/history`].map((of) => {
        const { status, code } = get(of, bearing(operation));
        return code ?? status;
      });
    expect(codes('subscribe')).deep.equal([200, 40160]);
    expect(codes('presence')).deep.equal([200, 40160]);
    expect(codes('history')).deep.equal([40160, 200]);
    expect(codes('publish')).deep.equal([40160, 40160]);
  });

  it('RSP2: refuses to enter a member over HTTP', () => {
    const headers = basic(emulator.key);
    for (const of of [path, `${path}/history`])
      expect(ask(emulator, of, { headers, body: { clientId: 'a' } }).status).equal(405);
  });
});
