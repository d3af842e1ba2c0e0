import { expect } from 'chai';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag, hasFlag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';

const enter = { action: 2 };

for (const format of ['json', 'msgpack']) {
  describe(`emulator: presence sync, ${format}`, () => {
    let emulator: Emulator;
    let host: FakeClient;
    beforeEach(() => {
      emulator = createEmulator({ random: steps(), syncPageSize: 2 });
      host = connectTo(emulator, { format });
      host.attach('chat');
    });
    afterEach(() => emulator.dispose());
    const enterAll = (...names: string[]): void =>
      void host.present(0, 'chat', ...names.map((clientId) => ({ ...enter, clientId, data: clientId })));
    const pages = (client: FakeClient): unknown[] =>
      client.of('SYNC').map(({ presence = [] }) => presence.map(({ clientId }) => clientId).join(''));
    const cursors = (client: FakeClient): string[] =>
      client.of('SYNC').map(({ channelSerial = '' }) => channelSerial.replace(/^[^:]*:/, ''));

    it('RTP1: sets no HAS_PRESENCE on a channel without members', () => {
      const client = connectTo(emulator, { format });
      expect(hasFlag(client.attach('chat')?.flags, Flag.hasPresence)).equal(false);
      expect(client.of('SYNC')).deep.equal([]);
    });

    it('RTP1, RTP18: sets HAS_PRESENCE on a channel with members, and syncs them in pages', () => {
      enterAll('a', 'b', 'c', 'd', 'e');
      const client = connectTo(emulator, { format });
      expect(hasFlag(client.attach('chat')?.flags, Flag.hasPresence)).equal(true);
      expect(pages(client)).deep.equal(['ab', 'cd', 'e']);
      expect(cursors(client)).deep.equal(['members:2', 'members:4', '']);
      const [first, , last] = client.of('SYNC');
      expect(last).deep.equal({
        action: 'SYNC',
        channel: 'chat',
        channelSerial: `${(first?.channelSerial ?? '').split(':')[0] ?? ''}:`,
        timestamp: last?.timestamp,
        presence: [{ ...host.of('PRESENCE')[0]?.presence?.[4], action: 1 }],
      });
    });

    it('RTP18a: gives each sync a sequence id of its own, later ones later', () => {
      enterAll('a');
      const client = connectTo(emulator, { format });
      for (let times = 0; times < 3; times += 1) client.attach('chat');
      const ids = client.of('SYNC').map(({ channelSerial = '' }) => channelSerial.split(':')[0] ?? '');
      expect(new Set(ids).size).equal(3);
      expect([...ids].sort()).deep.equal(ids);
      expect(ids.every((id) => /^[\w-]+$/.test(id))).equal(true);
    });

    it('tells full pages only, if there are no others', () => {
      enterAll('a', 'b', 'c', 'd');
      const client = connectTo(emulator, { format });
      client.attach('chat');
      expect([pages(client), cursors(client)]).deep.equal([
        ['ab', 'cd'],
        ['members:2', ''],
      ]);
    });

    it('tells each member as it was last', () => {
      enterAll('a');
      host.present(1, 'chat', { action: 4, clientId: 'a', data: 'new' });
      const client = connectTo(emulator, { format });
      client.attach('chat');
      const [member] = client.of('SYNC')[0]?.presence ?? [];
      expect(member).include({ id: `${host.frames[0]?.connectionId ?? ''}:1:0`, action: 1, data: 'new' });
    });

    it('RTL4c1: follows what was missed, where a channel is attached again after a resume', () => {
      const client = connectTo(emulator, { format });
      const { channelSerial = '' } = client.attach('chat') ?? {};
      emulator.connections[1]?.drop();
      enterAll('a');
      const again = connectTo(emulator, { format, resume: client.key() });
      const attached = again.attach('chat', { channelSerial });
      expect(hasFlag(attached?.flags, Flag.resumed)).equal(true);
      expect(hasFlag(attached?.flags, Flag.hasPresence)).equal(true);
      expect(again.frames.slice(2).map(({ action }) => action)).deep.equal(['PRESENCE', 'SYNC']);
    });

    it('RTP17a: syncs only its own members to a client without PRESENCE_SUBSCRIBE', () => {
      enterAll('a');
      const client = connectTo(emulator, { format, clientId: 'b' });
      expect(hasFlag(client.attach('chat', { flags: Flag.presence })?.flags, Flag.hasPresence)).equal(false);
      client.present(0, 'chat', enter);
      client.attach('chat', { flags: Flag.presence });
      expect(pages(client)).deep.equal(['b']);
    });

    it('sends no presence on a derived channel', () => {
      enterAll('a');
      expect(hasFlag(host.attach(`[filter=${btoa('name')}]chat`)?.flags, Flag.hasPresence)).equal(false);
      expect(host.of('SYNC')).deep.equal([]);
    });

    it('RTP18: a client that asks for one gets it', () => {
      host.send({ action: Action.sync, channel: 'chat' });
      expect(host.last()).include({ action: 'SYNC', channel: 'chat' });
      expect(host.end).equal(undefined);
    });
  });
}

describe('emulator: the option syncPageSize', () => {
  it('syncPageSize is a whole number from 1', () => {
    for (const syncPageSize of [0, -1, 1.5])
      expect(() => createEmulator({ syncPageSize })).throw(TypeError, /syncPageSize/);
  });

  it('syncPageSize is 100 by default', () => {
    const emulator = createEmulator();
    const host = connectTo(emulator);
    host.attach('chat');
    const names = Array.from({ length: 101 }, (_, at) => ({ ...enter, clientId: String(at) }));
    host.present(0, 'chat', ...names);
    host.attach('chat');
    expect(host.of('SYNC').map(({ presence = [] }) => presence.length)).deep.equal([100, 1]);
    emulator.dispose();
  });
});
