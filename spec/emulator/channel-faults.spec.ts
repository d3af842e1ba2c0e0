import { expect } from 'chai';
import { Flag, flagsOfModes, hasFlag, modesOfFlags } from '../../lib/ably/wire/flags.js';
import { createEmulator, type EmulatedConnection, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';

const error = { code: 90_123, statusCode: 400, message: 'because' };

for (const format of ['json', 'msgpack']) {
  describe(`emulator: faults of one channel, ${format}`, () => {
    let emulator: Emulator;
    let client: FakeClient;
    let connection: EmulatedConnection;
    beforeEach(() => {
      emulator = createEmulator({ random: steps() });
      client = connectTo(emulator, { format });
      const [live] = emulator.connections;
      if (!live) throw new Error('The client was not let in.');
      connection = live;
      for (const channel of ['chat', 'other']) client.attach(channel);
    });
    afterEach(() => emulator.dispose());
    const publish = (): void => ['chat', 'other'].forEach((name) => emulator.publish(name, { data: name }));

    it('RTL13: detaches a channel without a DETACH, and attaches it again with the missed messages', () => {
      publish();
      const { channelSerial = '' } = client.of('MESSAGE')[0] ?? {};
      connection.detach('chat', error);
      expect(client.last()).deep.equal({ action: 'DETACHED', channel: 'chat', error });
      publish();
      expect(connection.channels).deep.equal(['other']);
      const attached = client.attach('chat', { channelSerial });
      expect(hasFlag(attached?.flags, Flag.resumed)).equal(true);
      expect(client.data()).deep.equal(['chat', 'other', 'other', 'chat']);
    });

    it('RTL14: fails a channel', () => {
      connection.fail('chat', error);
      expect(client.last()).deep.equal({ action: 'ERROR', channel: 'chat', error });
      publish();
      expect(client.data()).deep.equal(['other']);
      expect(client.end).equal(undefined);
    });

    it('says why by itself where no error is given', () => {
      connection.detach('chat');
      connection.fail('other');
      expect(client.frames.slice(-2).map(({ error: why }) => why?.code)).deep.equal([90_000, 90_000]);
    });

    it('RTL12: says ATTACHED again, with or without RESUMED, with the params and modes there are', () => {
      client.attach('chat', { params: { rewind: '1' }, flags: flagsOfModes(['subscribe']) });
      connection.reattach('chat');
      const lost = client.last();
      connection.reattach('chat', { resumed: true, error, flags: Flag.hasPresence });
      const kept = client.last();
      expect(lost).deep.equal({
        action: 'ATTACHED',
        channel: 'chat',
        channelSerial: lost?.channelSerial,
        params: { rewind: '1' },
        flags: Flag.subscribe,
      });
      expect(kept).deep.equal({ ...lost, error, flags: Flag.subscribe | Flag.resumed | Flag.hasPresence });
      emulator.publish('chat', { data: 'x' });
      expect(client.data()).deep.equal(['x']);
      expect(() => connection.reattach('none')).throw(TypeError, /not attached to none/);
    });

    it('RTL4m: grants other modes from then on', () => {
      connection.reattach('chat', { resumed: true, modes: ['publish'] });
      expect(modesOfFlags(client.last()?.flags ?? 0)).deep.equal(['publish']);
      publish();
      expect(client.data()).deep.equal(['other']);
    });

    it('sends the next message in full to one that gets deltas', () => {
      client.attach('chat', { params: { delta: 'vcdiff' } });
      for (const again of [false, true, false]) {
        if (again) connection.reattach('chat');
        publish();
      }
      const encodings = client
        .of('MESSAGE')
        .filter(({ channel }) => channel === 'chat')
        .map(({ messages }) => messages?.[0]?.encoding?.includes('vcdiff') ?? false);
      expect(encodings).deep.equal([false, false, true]);
    });

    it('RTL13b: answers the next ATTACHes with DETACHED, as many as it is told', () => {
      connection.refuseAttach(error);
      connection.refuseAttach(undefined, 2);
      const answers = [1, 2, 3, 4].map(() => client.attach('chat'));
      expect(answers.map((answer) => [answer?.action, answer?.error?.code])).deep.equal([
        ['DETACHED', 90_123],
        ['DETACHED', 90_000],
        ['DETACHED', 90_000],
        ['ATTACHED', undefined],
      ]);
    });

    it('RTL4f: leaves the next ATTACH unanswered', () => {
      connection.ignoreAttach();
      expect(client.attach('new')).equal(undefined);
      expect(client.attach('new')?.action).equal('ATTACHED');
    });
  });
}
