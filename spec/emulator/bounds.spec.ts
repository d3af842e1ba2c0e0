import { expect } from 'chai';
import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag, hasFlag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import { ask, basic } from './fake-http.js';

const enter = { action: 2 };
const leave = { action: 3 };

for (const format of ['json', 'msgpack']) {
  describe(`emulator: bounds, ${format}`, () => {
    const emulators: Emulator[] = [];
    const create = (options: EmulatorOptions): Emulator => {
      const emulator = createEmulator({ random: steps(), ...options });
      emulators.push(emulator);
      return emulator;
    };
    afterEach(() => emulators.splice(0).forEach((emulator) => emulator.dispose()));
    const connect = (emulator: Emulator, more: object = {}): FakeClient =>
      connectTo(emulator, { format, ...more });
    const codeOf = (frame: { readonly error?: { readonly code?: number } } | undefined): number | undefined =>
      frame?.error?.code;

    it('maxConnections: refuses one too many with 40111, and takes another once one has closed', () => {
      const emulator = create({ maxConnections: 2 });
      const [first] = [connect(emulator), connect(emulator)];
      const refused = connect(emulator);
      expect(refused.frames[0]).nested.include({
        action: 'ERROR',
        'error.code': 40111,
        'error.statusCode': 403,
      });
      expect(refused.frames[0]?.error?.message).include('`maxConnections`');
      expect(refused.end?.code).equal(1000);
      first?.send({ action: Action.close });
      expect(connect(emulator).frames[0]?.action).equal('CONNECTED');
    });

    it('maxConnections: counts what can be resumed until it has expired, and always lets it resume', () => {
      new TestScheduler(() => undefined).run(() => {
        const emulator = createEmulator({ maxConnections: 1, connectionStateTtl: 1000, maxIdleInterval: 0 });
        const first = connect(emulator);
        first.session.ended();
        expect(codeOf(connect(emulator).frames[0])).equal(40111);
        const again = connect(emulator, { resume: first.key() });
        expect(again.frames[0]).include({ action: 'CONNECTED' }).not.property('error');
        again.session.ended();
        timer(1001).subscribe(() => {
          expect(connect(emulator).frames[0]?.action).equal('CONNECTED');
          emulator.dispose();
        });
      });
    });

    it('maxChannelsPerConnection: refuses one too many with 90010 on that channel alone', () => {
      const emulator = create({ maxChannelsPerConnection: 2 });
      const [client, other] = [connect(emulator), connect(emulator)];
      for (const channel of ['a', '[?rewind=1]a']) expect(client.attach(channel)?.action).equal('ATTACHED');
      expect(client.attach('b')).nested.include({
        action: 'ERROR',
        channel: 'b',
        'error.code': 90010,
        'error.statusCode': 400,
      });
      expect(client.attach('a')?.action).equal('ATTACHED');
      expect(other.attach('b')?.action).equal('ATTACHED');
      client.send({ action: Action.detach, channel: 'a' });
      expect(client.attach('b')?.action).equal('ATTACHED');
    });

    it('maxChannelsPerConnection: remembers as many channels that can go on from a serial, the latest', () => {
      const emulator = create({ maxChannelsPerConnection: 2 });
      const client = connect(emulator);
      const serials = ['a', 'b', 'c'].map((channel) => {
        const { channelSerial = '' } = client.attach(channel) ?? {};
        client.send({ action: Action.detach, channel });
        return { channel, channelSerial };
      });
      const resumed = [...serials].reverse().map(({ channel, channelSerial }) => {
        const attached = client.attach(channel, { channelSerial });
        client.send({ action: Action.detach, channel });
        return [channel, hasFlag(attached?.flags, Flag.resumed), codeOf(attached)];
      });
      expect(resumed).deep.equal([
        ['c', true, undefined],
        ['b', true, undefined],
        ['a', false, 90003],
      ]);
    });

    it('maxChannels: refuses one too many with 40114, to attach and to publish, and none that is there', () => {
      const emulator = create({ maxChannels: 2, keys: ['app.key:secret', 'other.key:secret'] });
      const client = connect(emulator);
      client.attach('a');
      emulator.publish('b', { data: 'x' });
      expect(client.attach('c')).nested.include({
        action: 'ERROR',
        channel: 'c',
        'error.code': 40114,
        'error.statusCode': 403,
      });
      expect(codeOf(client.publish(0, 'c', { data: 'x' }))).equal(40114);
      const headers = basic(emulator.key);
      const path = '/channels/c/messages';
      expect(ask(emulator, path, { headers, body: { data: 'x' } })).include({ status: 403, code: 40114 });
      expect(ask(emulator, path, { headers }).status).equal(200);
      client.send({ action: Action.detach, channel: 'c' });
      expect(client.last()?.action).equal('DETACHED');
      expect(() => emulator.publish('c', { data: 'x' })).throw(/`maxChannels`/);
      expect(client.attach('b')?.action).equal('ATTACHED');
      expect(connect(emulator, { key: 'other.key:secret' }).attach('c')?.action).equal('ATTACHED');
    });

    it('maxChannels: gives the room of a channel back that was unused for a while', () => {
      new TestScheduler(() => undefined).run(() => {
        const emulator = createEmulator({
          ...{ maxChannels: 1, connectionStateTtl: 1000, maxIdleInterval: 0 },
          history: { ttl: 1000 },
        });
        const client = connect(emulator);
        client.attach('a');
        client.send({ action: Action.detach, channel: 'a' });
        expect(codeOf(client.attach('b'))).equal(40114);
        timer(1001).subscribe(() => {
          expect(client.attach('b')?.action).equal('ATTACHED');
          emulator.dispose();
        });
      });
    });

    it('maxMembersPerChannel: refuses those too many with 91003, whole frames of them, and no update or leave', () => {
      const emulator = create({ maxMembersPerChannel: 2 });
      const client = connect(emulator);
      for (const channel of ['chat', 'other']) client.attach(channel);
      const [ann, bob, cat] = ['ann', 'bob', 'cat'].map((clientId) => ({ ...enter, clientId }));
      const present = (msgSerial: number, ...presence: (object | undefined)[]) =>
        client.present(msgSerial, 'chat', ...(presence as object[]));
      expect(present(0, ann, bob, cat)).nested.include({
        action: 'NACK',
        'error.code': 91003,
        'error.statusCode': 400,
      });
      expect(emulator.presence('chat').members).deep.equal([]);
      expect(present(1, ann, bob, ann)?.action).equal('ACK');
      expect(present(2, { ...ann, data: 'anew' }, bob)?.action).equal('ACK');
      expect(codeOf(present(3, { action: 4, clientId: 'cat' }))).equal(91003);
      expect(() => emulator.presence('chat').enter({ clientId: 'bot' })).throw(/`maxMembersPerChannel`/);
      expect(client.present(4, 'other', cat ?? {})?.action).equal('ACK');
      expect(present(5, { ...leave, clientId: 'nobody' }, { ...leave, clientId: 'ann' })?.action).equal(
        'ACK',
      );
      expect(present(6, cat)?.action).equal('ACK');
      expect(emulator.presence('chat').members.map(({ clientId }) => clientId)).deep.equal(['bob', 'cat']);
    });
  });
}

describe('emulator: the options of bounds', () => {
  for (const option of ['maxConnections', 'maxChannelsPerConnection', 'maxChannels', 'maxMembersPerChannel'])
    it(`${option} is a whole number`, () => {
      for (const value of [-1, 1.5, NaN, '7'])
        expect(() => createEmulator({ [option]: value })).throw(TypeError, `\`${option}\``);
    });

  it('presenceFixtures with too many members are refused by name', () => {
    expect(() =>
      createEmulator({
        maxMembersPerChannel: 1,
        presenceFixtures: { room: [{ clientId: 'a' }, { clientId: 'b' }] },
      }),
    ).throw(TypeError, /`presenceFixtures`.*room.*`maxMembersPerChannel`/);
  });
});
