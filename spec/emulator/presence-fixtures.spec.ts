import { expect } from 'chai';
import { createEmulator, type Emulator, type PresentMember } from '../../lib/emulator/index.js';
import { ErrorInfo } from '../../lib/ably/wire/error-info.js';
import { virtually } from '../support/virtual-time.js';
import { connectTo, steps } from './fake-client.js';

describe('emulator: members that belong to no connection', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({ random: steps() });
  });
  afterEach(() => emulator.dispose());

  it('members entered from code enter, update and leave visibly for all attachments', () => {
    const client = connectTo(emulator);
    client.attach('chat');
    const presence = emulator.presence('chat');
    presence.enter([{ clientId: 'ann', data: { a: 1 } }, { clientId: 'bob' }]);
    presence.update({ clientId: 'ann', data: 'x' });
    presence.leave({ clientId: 'bob' });
    expect(client.presences()).deep.equal(['enter ann', 'enter bob', 'update ann', 'leave bob']);
    const said = client.of('PRESENCE').flatMap(({ presence: all = [] }) => all);
    expect(said[0]).deep.include({ connectionId: 'emulator', data: '{"a":1}', encoding: 'json' });
    expect(said.slice(0, 3).map(({ id }) => id)).deep.equal([
      ...['emulator:0:0', 'emulator:1:0', 'emulator:2:0'],
    ]);
    expect(said[3]?.id).match(/^[\w-]{10}:3:0$/);
    expect(presence.members.map(({ clientId, data }) => [clientId, data])).deep.equal([['ann', 'x']]);
  });

  it('RTP2b1: makes a member of a connection leave by the server’s word', () => {
    const ann = connectTo(emulator, { clientId: 'ann' });
    ann.attach('chat');
    ann.present(0, 'chat', { action: 2 });
    const connectionId = emulator.connections[0]?.id ?? '';
    expect(emulator.presence('chat').members).length(1);
    emulator.presence('chat').leave({ clientId: 'ann', connectionId });
    const [, left] = ann.of('PRESENCE');
    expect(left?.presence?.[0]?.id?.startsWith(connectionId)).equal(false);
    expect(emulator.presence('chat').members).deep.equal([]);
  });

  it('throws an ErrorInfo on what is no member', () => {
    const { enter } = emulator.presence('chat');
    const bad: readonly [member: object, code: number][] = [
      [{}, 91000],
      [{ clientId: '*' }, 40012],
      [{ clientId: 'a', extras: 1 }, 40032],
      [{ clientId: 'a', data: 1 }, 40013],
    ];
    for (const [member, code] of bad)
      expect(() => enter(member as PresentMember))
        .throw(ErrorInfo)
        .property('code', code);
  });

  it('members entered from code belong to one app', () => {
    const two = createEmulator({ keys: ['one.key:a', 'two.key:b'] });
    two.presence('chat', 'two').enter({ clientId: 'ann' });
    expect(two.presence('chat').members).deep.equal([]);
    expect(two.presence('chat', 'two').members).length(1);
    expect(() => two.presence('chat', 'three')).throw(TypeError, /no app three/);
    two.dispose();
  });

  it('ten thousand enter in one turn, and asking does not make a channel', () => {
    const presence = emulator.presence('many');
    expect(presence.members).deep.equal([]);
    for (let at = 0; at < 10_000; at += 1) presence.enter({ clientId: String(at) });
    const client = connectTo(emulator, { format: 'msgpack' });
    client.attach('many');
    const pages = client.of('SYNC').map(({ presence: page = [] }) => page.length);
    expect(pages).deep.equal(Array(100).fill(100));
    presence.leave(presence.members.map(({ clientId }) => ({ clientId })));
    expect(presence.members).deep.equal([]);
  }).timeout(30_000);

  it(
    'fixtures stay on an unused channel until they leave',
    virtually(({ scheduler, act }) => {
      const aged = createEmulator({ scheduler, history: { ttl: 1000 }, connectionStateTtl: 1000 });
      const presence = aged.presence('chat');
      presence.enter({ clientId: 'ann' });
      act('10s a 10s b', {
        a: () => {
          expect(presence.members).length(1);
          presence.leave({ clientId: 'ann' });
        },
        b: () => {
          expect(presence.members).deep.equal([]);
          aged.dispose();
        },
      });
    }),
  );

  it('members of the option presenceFixtures are present from the start', () => {
    const fixtures = [
      { clientId: 'client_bool', data: 'true' },
      { clientId: 'client_decoded', data: '{"a":1}', encoding: 'json' },
    ];
    const given = createEmulator({ presenceFixtures: { 'persisted:presence_fixtures': fixtures } });
    const client = connectTo(given);
    client.attach('persisted:presence_fixtures');
    const [page] = client.of('SYNC');
    expect(page?.presence?.map(({ clientId, data, encoding }) => [clientId, data, encoding])).deep.equal([
      ['client_bool', 'true', undefined],
      ['client_decoded', '{"a":1}', 'json'],
    ]);
    given.dispose();
  });

  it('throws a TypeError that names the option, and the channel', () => {
    for (const members of [[{ clientId: '*' }], [null], 'none'])
      expect(() => createEmulator({ presenceFixtures: { chat: members as PresentMember[] } })).throw(
        TypeError,
        /`presenceFixtures` cannot be used for "chat"/,
      );
  });
});
