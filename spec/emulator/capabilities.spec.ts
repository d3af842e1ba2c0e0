import { expect } from 'chai';
import { Action } from '../../lib/ably/wire/actions.js';
import { type ChannelMode, Flag, flagsOfModes, hasFlag, modesOfFlags } from '../../lib/ably/wire/flags.js';
import { type Capability, createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import { ask, bearer } from './fake-http.js';

describe('emulator: capabilities', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({ random: steps() });
  });
  afterEach(() => emulator.dispose());

  const issue = (capability: Capability): string => emulator.issueToken({ capability }).token;
  const connect = (capability: Capability, format = 'json'): FakeClient =>
    connectTo(emulator, { key: undefined, accessToken: issue(capability), format });

  const attaching: readonly [Capability, channel: string, asked: ChannelMode[], granted: ChannelMode[]][] = [
    [
      { '*': ['*'] },
      'chat',
      [],
      ['presence', 'publish', 'subscribe', 'presence_subscribe', 'annotation_publish'],
    ],
    [{ chat: ['subscribe'] }, 'chat', [], ['subscribe', 'presence_subscribe']],
    [{ chat: ['publish', 'presence'] }, 'chat', [], ['presence', 'publish']],
    [{ chat: ['subscribe'] }, 'chat', ['object_subscribe', 'object_publish'], ['object_subscribe']],
    [{ chat: ['publish'] }, 'chat', ['subscribe'], []],
    [{ chat: ['subscribe'] }, 'chat', ['subscribe', 'publish'], ['subscribe']],
    [{ chat: ['history'] }, 'chat', [], []],
    [{ chat: ['*'] }, 'chats', [], []],
    [{ 'chat:*': ['publish'] }, 'chat:a', [], ['publish']],
    [{ 'chat:*': ['publish'] }, 'chat:a:b', [], ['publish']],
    [{ 'chat:*': ['publish'] }, 'chat', [], []],
    [{ 'chat:*': ['publish'] }, 'chatter:a', [], []],
    [{ 'cha*': ['publish'] }, 'chat', [], []],
    [{ '[*]*': ['publish'] }, 'chat', [], ['publish']],
    [{ '*': ['publish'], chat: ['subscribe'] }, 'chat', ['publish', 'subscribe'], ['publish', 'subscribe']],
    [
      { chat: ['annotation-publish'] },
      'chat',
      ['annotation_publish', 'annotation_subscribe'],
      ['annotation_publish'],
    ],
    [{ chat: ['annotation-subscribe'] }, 'chat', ['annotation_subscribe'], ['annotation_subscribe']],
  ];
  for (const [capability, channel, asked, granted] of attaching) {
    it(`RTL4m: ${JSON.stringify(capability)} on ${channel} grants ${granted.join(', ') || 'nothing'} of ${asked.join(', ') || 'the usual'}`, () => {
      const answer = connect(capability).attach(channel, { flags: flagsOfModes(asked) });
      if (granted.length > 0) expect(modesOfFlags(answer?.flags ?? 0)).deep.equal(granted);
      else
        expect(answer).nested.include({
          action: 'ERROR',
          channel,
          'error.code': 40160,
          'error.statusCode': 401,
        });
    });
  }

  for (const format of ['json', 'msgpack']) {
    it(`refuses a publish with NACK, attached or not, ${format}`, () => {
      const client = connect({ chat: ['subscribe'], other: ['publish'] }, format);
      expect(client.publish(0, 'chat', { data: 'x' })).nested.include({
        action: 'NACK',
        'error.code': 40160,
      });
      client.attach('chat');
      expect(client.publish(1, 'chat', { data: 'x' })).nested.include({
        action: 'NACK',
        'error.statusCode': 401,
      });
      expect(client.publish(2, 'other', { data: 'x' })?.action).equal('ACK');
      expect(client.data()).deep.equal([]);
    });
  }

  it('refuses a presence frame by its capability first', () => {
    const client = connect({ chat: ['subscribe'], lobby: ['presence'] });
    const enter = (channel: string, msgSerial: number) => {
      client.send({ action: Action.presence, channel, msgSerial, presence: [{}] });
      return client.last()?.error?.code;
    };
    expect([enter('chat', 0), enter('lobby', 1)]).deep.equal([40160, 91001]);
  });

  it('refuses publish and history over HTTP with 401', () => {
    const path = '/channels/chat/messages';
    const [reader, writer] = [issue({ chat: ['history'] }), issue({ chat: ['publish'] })].map(bearer);
    const body = { data: 'x' };
    const answers = [reader, writer].flatMap((headers = {}) => [
      ask(emulator, path, { headers, body }),
      ask(emulator, path, { headers }),
    ]);
    expect(answers.map(({ status, code }) => code ?? status)).deep.equal([40160, 200, 201, 40160]);
    expect(answers[0]?.status).equal(401);
  });

  it('keeps a key to its own capability', () => {
    const limited = createEmulator({ capabilities: { 'app.key': { chat: ['subscribe'] } } });
    const client = connectTo(limited);
    expect(client.attach('other')?.error?.code).equal(40160);
    expect(client.publish(0, 'chat', { data: 'x' })?.error?.code).equal(40160);
    limited.dispose();
  });

  describe('after AUTH', () => {
    const reauthenticate = (client: FakeClient, capability: Capability): void =>
      client.send({ action: Action.auth, auth: { accessToken: issue(capability) } });

    it('RTC8a1: goes on with the new capability: one connection, no message lost or doubled', () => {
      const client = connect({ a: ['subscribe'], b: ['subscribe'] });
      client.attach('a');
      emulator.publish('a', { data: '1' });
      reauthenticate(client, { a: ['subscribe', 'publish'], c: ['subscribe'] });
      const { connectionId, connectionDetails } = client.frames[0] ?? {};
      expect(client.frames.at(-2)).deep.equal({ action: 'CONNECTED', connectionId, connectionDetails });
      emulator.publish('a', { data: '2' });
      expect(client.data()).deep.equal(['1', '2']);
      expect(client.attach('b')?.error?.code).equal(40160);
      expect(client.attach('c')?.action).equal('ATTACHED');
    });

    for (const format of ['json', 'msgpack'])
      it(`RTC8a1: grants what it adds to a channel that is attached, and tells it by an ATTACHED, ${format}`, () => {
        const client = connect({ a: ['subscribe'] }, format);
        emulator.presence('a').enter({ clientId: 'bot' });
        client.attach('a');
        const count = client.frames.length;
        reauthenticate(client, { a: ['publish', 'subscribe', 'presence', 'annotation-subscribe'] });
        const told = client.frames.slice(count);
        expect(told.map(({ action }) => action)).deep.equal(['CONNECTED', 'ATTACHED', 'SYNC']);
        const { flags = 0, channelSerial } = told[1] ?? {};
        expect(modesOfFlags(flags)).deep.equal(['presence', 'publish', 'subscribe', 'presence_subscribe']);
        expect([hasFlag(flags, Flag.resumed), told[1]?.error]).deep.equal([true, undefined]);
        client.send({ action: Action.message, channel: 'a', msgSerial: 0, messages: [{ data: 'x' }] });
        expect(client.frames.slice(-2).map(({ action }) => action)).have.members(['ACK', 'MESSAGE']);
        expect(channelSerial).match(/@/);
      });

    it('RTC8a1: leaves the modes that a client chose, and those of a derived channel', () => {
      const client = connect({ a: ['subscribe'] });
      client.attach('a', { flags: Flag.subscribe });
      client.attach(`[filter=${btoa('name == `"x"`')}]a`);
      const count = client.frames.length;
      reauthenticate(client, { a: ['*'] });
      expect(client.frames.slice(count).map(({ action }) => action)).deep.equal(['CONNECTED']);
    });

    it('ends with an ERROR the channels that it does not allow as they are, and tells others nothing', () => {
      const client = connect({ '*': ['*'] });
      const other = connect({ '*': ['*'] });
      for (const channel of ['a', 'b']) client.attach(channel);
      client.attach('c', { flags: Flag.subscribe });
      other.attach('a');
      const before = [client.frames.length, other.frames.length] as const;
      reauthenticate(client, { a: ['*'], b: ['subscribe'], c: ['subscribe'] });
      expect(client.frames.slice(before[0]).map(({ action, channel }) => [action, channel])).deep.equal([
        ['CONNECTED', undefined],
        ['ERROR', 'b'],
      ]);
      expect(client.last()).nested.include({ 'error.code': 40160, 'error.statusCode': 401 });
      expect(other.frames).length(before[1]);
      for (const channel of ['a', 'b', 'c']) emulator.publish(channel, { data: channel });
      expect(client.data()).deep.equal(['a', 'c']);
      expect(emulator.connections[0]?.channels).deep.equal(['a', 'c']);
    });

    it('RTL4c1: attaches again where it left off, once it is allowed again', () => {
      const client = connect({ '*': ['*'] });
      client.attach('a');
      emulator.publish('a', { data: '1' });
      const { channelSerial = '' } = client.last() ?? {};
      reauthenticate(client, { b: ['*'] });
      emulator.publish('a', { data: '2' });
      reauthenticate(client, { a: ['*'] });
      const attached = client.attach('a', { channelSerial });
      expect(hasFlag(attached?.flags, Flag.resumed)).equal(true);
      expect(client.data()).deep.equal(['1', '2']);
    });
  });

  it('RTL14: a channel whose second ATTACH is refused delivers no more', () => {
    const client = connect({ a: ['subscribe'] });
    client.attach('a');
    expect(client.attach('a', { flags: Flag.publish })?.action).equal('ERROR');
    emulator.publish('a', { data: 'late' });
    expect(client.data()).deep.equal([]);
    expect(emulator.connections[0]?.channels).deep.equal([]);
  });
});
