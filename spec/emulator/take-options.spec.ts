import { expect } from 'chai';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';

for (const format of ['json', 'msgpack']) {
  describe(`emulator: other options while it runs, ${format}`, () => {
    const emulators: Emulator[] = [];
    const create = (options: EmulatorOptions): Emulator => {
      const emulator = createEmulator({ random: steps(), ...options });
      emulators.push(emulator);
      return emulator;
    };
    afterEach(() => emulators.splice(0).forEach((emulator) => emulator.dispose()));
    const connect = (emulator: Emulator, more: object = {}): FakeClient =>
      connectTo(emulator, { format, ...more });
    const codeOf = (client: FakeClient): number | undefined => client.last()?.error?.code;

    it('takes another key, lets the first one be, and refuses one that is gone', () => {
      const emulator = create({ keys: ['a.b:s'] });
      const first = connect(emulator);
      expect(emulator.take({ keys: ['a.b:s', 'a.c:s', 'other.d:s'] })).deep.equal([]);
      const [second, third] = [connect(emulator, { key: 'a.c:s' }), connect(emulator, { key: 'other.d:s' })];
      expect([first, second, third].map(({ end, frames }) => [end, frames[0]?.action])).deep.equal([
        [undefined, 'CONNECTED'],
        [undefined, 'CONNECTED'],
        [undefined, 'CONNECTED'],
      ]);
      expect(emulator.take({ keys: ['a.b:s'] })).deep.equal([]);
      expect([first, second, third].map(({ end }) => end?.code)).deep.equal([undefined, 1006, 1006]);
      expect(['a.c:s', 'other.d:s'].map((key) => codeOf(connect(emulator, { key })))).deep.equal([
        40400, 40400,
      ]);
    });

    it('takes another capability of a key: its connections come back with it, and miss nothing', () => {
      const emulator = create({ keys: ['a.b:s', 'a.c:s'] });
      const [kept, changed] = [connect(emulator), connect(emulator, { key: 'a.c:s' })];
      changed.attach('x');
      emulator.take({ keys: ['a.b:s', 'a.c:s'], capabilities: { 'a.c': { x: ['subscribe'] } } });
      expect([kept.end, changed.end?.code]).deep.equal([undefined, 1006]);
      emulator.publish('x', { data: 'meanwhile' });
      const again = connect(emulator, { key: 'a.c:s', resume: changed.key() });
      expect(again.frames[0]?.connectionId).equal(changed.frames[0]?.connectionId);
      again.attach('x', { channelSerial: changed.of('ATTACHED')[0]?.channelSerial ?? '' });
      expect(again.data()).deep.equal(['meanwhile']);
      again.publish(0, 'x', { data: 'no' });
      expect(codeOf(again)).equal(40160);
    });

    it('keeps connections of a token whose key has another capability, and drops them where it is gone', () => {
      const emulator = create({ keys: ['a.b:s', 'a.c:s'] });
      const { token } = emulator.issueToken({ keyName: 'a.c' });
      const client = connect(emulator, { key: undefined, accessToken: token });
      emulator.take({ keys: ['a.b:s', 'a.c:s'], capabilities: { 'a.c': { x: ['subscribe'] } } });
      expect(client.end).equal(undefined);
      emulator.take({ keys: ['a.b:s'] });
      expect(client.end?.code).equal(1006);
    });

    it('takes other namespaces for channels that are not there yet', () => {
      const emulator = create({});
      const client = connect(emulator);
      client.attach('chat:old');
      emulator.take({ namespaces: { chat: { mutableMessages: true } } });
      client.attach('chat:new');
      const outcome = (msgSerial: number, channel: string): unknown => {
        const serial = client.publish(msgSerial, channel, { data: 'a' })?.res?.[0]?.serials[0];
        return client.publish(msgSerial + 1, channel, { serial, action: 1, data: 'b' })?.action;
      };
      client.frames.splice(0);
      expect([outcome(0, 'chat:old'), outcome(2, 'chat:new')].length).equal(2);
      expect(client.of('NACK').map(({ error }) => error?.code)).deep.equal([93002]);
    });

    it('takes other bounds, and each by the next use', () => {
      const emulator = create({});
      const client = connect(emulator);
      client.attach('x');
      const left = emulator.take({
        ...{ maxConnections: 1, maxChannels: 1, maxChannelsPerConnection: 1 },
        ...{ maxMembersPerChannel: 0, maxMessageSize: 10 },
      });
      expect(left).deep.equal([]);
      expect(codeOf(connect(emulator))).equal(40111);
      client.attach('y');
      expect(codeOf(client)).equal(90010);
      client.present(0, 'x', { action: 2, clientId: 'ann' });
      expect(codeOf(client)).equal(91003);
      client.publish(1, 'x', { data: 'longer than ten bytes' });
      expect(codeOf(client)).equal(40009);
      expect(() => emulator.publish('x', { data: 'longer than ten bytes' })).throws(/larger than 10 bytes/);
    });

    it('names what only a new emulator takes, and leaves keys alone where the first one is another', () => {
      const emulator = create({ keys: ['a.b:s'] });
      const left = emulator.take({
        keys: ['a.c:s'],
        ...{ history: { messages: 1 }, connectionStateTtl: 1, maxFrameSize: 1000, timestampWindow: 1 },
      });
      expect(left).deep.equal([
        'the first of keys',
        'connectionStateTtl',
        'maxFrameSize',
        'timestampWindow',
        'history',
      ]);
      expect(emulator.keyNames).deep.equal(['a.b']);
    });

    it('changes nothing where an option is wrong', () => {
      const emulator = create({ keys: ['a.b:s'] });
      expect(() => emulator.take({ keys: ['a.b:s', 'nonsense'], maxConnections: 1 })).throws(
        TypeError,
        /Key 2 is not a key/,
      );
      const clients = [connect(emulator), connect(emulator)];
      expect(clients.map(({ frames }) => frames[0]?.action)).deep.equal(['CONNECTED', 'CONNECTED']);
    });
  });
}
