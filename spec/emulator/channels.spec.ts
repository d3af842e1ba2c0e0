import { expect } from 'chai';
import { timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag, flagsOfModes, hasFlag } from '../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../lib/emulator/index.js';
import { connectTo, steps } from './fake-client.js';

const bytes = new Uint8Array([1, 2, 255]);

describe('emulator: channels', () => {
  const emulators: Emulator[] = [];
  const create = (options: EmulatorOptions = {}): Emulator => {
    const emulator = createEmulator({ random: steps(), ...options });
    emulators.push(emulator);
    return emulator;
  };
  afterEach(() => emulators.splice(0).forEach((emulator) => emulator.dispose()));

  it('RTL4c: answers ATTACH with ATTACHED: modes, attach point, params', () => {
    const client = connectTo(create());
    const attached = client.attach('chat', { params: { delta: 'none' } });
    expect(attached?.flags).equal(
      flagsOfModes(['presence', 'publish', 'subscribe', 'presence_subscribe', 'annotation_publish']),
    );
    expect(attached?.channelSerial).match(/^\d{14}-\d{3}@[\w-]{10}$/);
    expect(attached?.params).deep.equal({ delta: 'none' });
    const narrow = client.attach('narrow', { flags: flagsOfModes(['subscribe']) | Flag.attachResume });
    expect(narrow?.flags).equal(Flag.subscribe);
  });

  it('RTL5d: answers DETACH with DETACHED, and delivers no more', () => {
    const emulator = create();
    const client = connectTo(emulator);
    client.attach('chat');
    expect(emulator.connections[0]?.channels).deep.equal(['chat']);
    client.send({ action: Action.detach, channel: 'chat' });
    expect(client.last()).deep.equal({ action: 'DETACHED', channel: 'chat' });
    emulator.publish('chat', { data: 'late' });
    expect(client.data()).deep.equal([]);
  });

  it('delivers a publish with ids, serials and time to all attachments, then answers ACK', () => {
    const emulator = create();
    const [sender, receiver] = [connectTo(emulator, { clientId: 'ann' }), connectTo(emulator)];
    for (const client of [sender, receiver]) client.attach('chat');
    const before = Date.now();
    const ack = sender.publish(
      0,
      'chat',
      { name: 'a', data: 'x', extras: { headers: { k: 'v' } } },
      { id: 'mine' },
    );
    const [frame] = receiver.of('MESSAGE');
    const serials = [`${frame?.channelSerial ?? ''}:000`, `${frame?.channelSerial ?? ''}:001`];
    const { connectionId = '' } = sender.frames[0] ?? {};
    expect(ack).deep.equal({ action: 'ACK', msgSerial: 0, count: 1, res: [{ serials }] });
    expect(frame?.timestamp).within(before, Date.now());
    expect({ ...frame, timestamp: 0, channelSerial: '' }).deep.equal({
      action: 'MESSAGE',
      id: `${connectionId}:0`,
      connectionId,
      channel: 'chat',
      channelSerial: '',
      timestamp: 0,
      messages: [
        {
          name: 'a',
          data: 'x',
          clientId: 'ann',
          extras: { headers: { k: 'v' } },
          serial: serials[0],
          action: 0,
        },
        { id: 'mine', clientId: 'ann', serial: serials[1], action: 0 },
      ],
    });
    expect(sender.of('MESSAGE')).deep.equal([frame]);
  });

  it('RTN2b: gives a connection with echo=false no messages of its own', () => {
    const emulator = create();
    const client = connectTo(emulator, { echo: 'false' });
    client.attach('chat');
    client.publish(0, 'chat', { data: 'own' });
    emulator.publish('chat', { data: 'other' });
    expect(client.data()).deep.equal(['other']);
  });

  it('gives no messages without SUBSCRIBE, and takes none without PUBLISH', () => {
    const emulator = create();
    const client = connectTo(emulator);
    client.attach('deaf', { flags: Flag.publish });
    client.attach('mute', { flags: Flag.subscribe });
    expect(client.publish(0, 'deaf', { data: 1 + '' })?.action).equal('ACK');
    expect(client.publish(1, 'mute', { data: 'x' })?.error?.code).equal(40165);
    expect(client.publish(2, 'unattached', { data: 'x' })?.action).equal('ACK');
    expect(client.data()).deep.equal([]);
  });

  it('RSL4: carries bytes between JSON and MessagePack', () => {
    const emulator = create();
    const text = connectTo(emulator, { format: 'json' });
    const binary = connectTo(emulator, { format: 'msgpack' });
    for (const client of [text, binary]) client.attach('chat');
    text.publish(0, 'chat', { data: 'AQL/', encoding: 'base64' });
    binary.publish(0, 'chat', { data: bytes, encoding: 'cipher' });
    expect(
      text.of('MESSAGE').map(({ messages }) => [messages?.[0]?.data, messages?.[0]?.encoding]),
    ).deep.equal([
      ['AQL/', 'base64'],
      ['AQL/', 'cipher/base64'],
    ]);
    expect(
      binary.of('MESSAGE').map(({ messages }) => [messages?.[0]?.data, messages?.[0]?.encoding]),
    ).deep.equal([
      [bytes, undefined],
      [bytes, 'cipher'],
    ]);
  });

  it('RTN15, RTL4c1: replays what was missed, flagged RESUMED, after a resume', () => {
    const emulator = create();
    const client = connectTo(emulator);
    client.attach('chat');
    emulator.publish('chat', { data: 'seen' });
    const { channelSerial = '' } = client.last() ?? {};
    emulator.connections[0]?.drop();
    for (const data of ['m1', 'm2']) emulator.publish('chat', { data });
    const again = connectTo(emulator, { resume: client.key() });
    const attached = again.attach('chat', { channelSerial });
    expect(attached?.channelSerial).equal(channelSerial);
    expect([Flag.resumed, Flag.hasBacklog].map((flag) => hasFlag(attached?.flags, flag))).deep.equal([
      true,
      true,
    ]);
    emulator.publish('chat', { data: 'live' });
    expect(again.data()).deep.equal(['m1', 'm2', 'live']);
  });

  it('RTN15, RTL4c1: a resume at the head of the channel is RESUMED without a backlog, and repeats nothing', () => {
    const emulator = create();
    const client = connectTo(emulator);
    client.attach('chat');
    emulator.publish('chat', { data: 'seen' });
    const { channelSerial = '' } = client.last() ?? {};
    emulator.connections[0]?.drop();
    const again = connectTo(emulator, { resume: client.key() });
    const attached = again.attach('chat', { channelSerial });
    expect(attached?.channelSerial).equal(channelSerial);
    expect([Flag.resumed, Flag.hasBacklog].map((flag) => hasFlag(attached?.flags, flag))).deep.equal([
      true,
      false,
    ]);
    emulator.publish('chat', { data: 'live' });
    expect(again.data()).deep.equal(['live']);
  });

  it('RTL12: says that continuity is lost when the messages are gone, or the connection is another', () => {
    const emulator = create({ history: { messages: 2 } });
    const client = connectTo(emulator);
    const channelSerial = client.attach('chat')?.channelSerial ?? '';
    emulator.connections[0]?.drop();
    const stranger = connectTo(emulator).attach('chat', { channelSerial });
    for (const data of ['m1', 'm2', 'm3']) emulator.publish('chat', { data });
    const again = connectTo(emulator, { resume: client.key() });
    for (const attached of [stranger, again.attach('chat', { channelSerial })]) {
      expect(attached?.error).include({ code: 90003, statusCode: 404 });
      expect(hasFlag(attached?.flags, Flag.resumed)).equal(false);
    }
    expect(again.data()).deep.equal([]);
  });

  it('attaches again without a second delivery, RESUMED if the serial is known', () => {
    const emulator = create();
    const client = connectTo(emulator);
    const channelSerial = client.attach('chat')?.channelSerial ?? '';
    emulator.publish('chat', { data: 'a' });
    expect(hasFlag(client.attach('chat', { channelSerial })?.flags, Flag.resumed)).equal(true);
    expect(hasFlag(client.attach('chat', { channelSerial: 'x' })?.flags, Flag.resumed)).equal(false);
    emulator.publish('chat', { data: 'b' });
    expect(client.data()).deep.equal(['a', 'b']);
  });

  it('RTN19a: answers a publish that is sent again with the same serials, and delivers it once', () => {
    const emulator = create();
    const client = connectTo(emulator);
    const ack = client.publish(0, 'chat', { data: 'once' });
    emulator.connections[0]?.drop();
    const again = connectTo(emulator, { resume: client.key() });
    again.attach('chat', { params: { rewind: '10' } });
    expect(again.publish(0, 'chat', { data: 'once' })).deep.equal(ack);
    expect(again.data()).deep.equal(['once']);
  });

  it('RTN7e, RTN14h: takes a gap of msgSerials on a transport that resumes, as publishes are given up, and no other', () => {
    const emulator = create();
    const client = connectTo(emulator);
    client.publish(0, 'chat', { data: 'a' });
    emulator.connections[0]?.drop();
    const again = connectTo(emulator, { resume: client.key() });
    const answers = [3, 4, 6].map(
      (msgSerial) => again.publish(msgSerial, 'chat', { data: 'b' })?.error?.code,
    );
    expect(answers).deep.equal([undefined, undefined, 40000]);
  });

  it('RSL1k: takes a message id only once', () => {
    const emulator = create();
    const client = connectTo(emulator);
    client.attach('chat');
    const [first, second] = [0, 1].map((msgSerial) =>
      client.publish(msgSerial, 'chat', { id: 'same', data: 'x' }),
    );
    expect(second?.res).deep.equal(first?.res);
    expect(client.data()).deep.equal(['x']);
  });

  it('rewinds by messages', () => {
    const emulator = create();
    for (const data of ['a', 'b', 'c']) emulator.publish('chat', { data });
    const client = connectTo(emulator);
    expect(hasFlag(client.attach('chat', { params: { rewind: '2' } })?.flags, Flag.hasBacklog)).equal(true);
    expect(client.data()).deep.equal(['b', 'c']);
  });

  it('TR3f: does not rewind for one that says ATTACH_RESUME', () => {
    const emulator = create();
    emulator.publish('chat', { data: 'a' });
    const client = connectTo(emulator);
    client.attach('chat', { params: { rewind: '1' }, flags: Flag.attachResume });
    expect(client.data()).deep.equal([]);
  });

  it('gives serials that only grow, however fast', () => {
    const emulator = create({ history: { messages: 5000 } });
    const client = connectTo(emulator);
    client.attach('chat');
    for (let count = 0; count < 3000; count += 1) emulator.publish('chat', { data: 'x' });
    const serials = client.of('MESSAGE').map(({ channelSerial = '' }) => channelSerial);
    expect(new Set(serials).size).equal(3000);
    expect([...serials].sort()).deep.equal(serials);
  });

  it('keeps apps apart', () => {
    const emulator = create({ apps: [{ keys: ['a.k:s', 'a.l:s'] }, { keys: ['b.k:s'] }] });
    const clients = ['a.k:s', 'a.l:s', 'b.k:s'].map((key) => connectTo(emulator, { key }));
    for (const client of clients) client.attach('chat');
    emulator.publish('chat', { data: 'for a' });
    emulator.publish('chat', { data: 'for b' }, 'b');
    expect(clients.map((client) => client.data())).deep.equal([['for a'], ['for a'], ['for b']]);
  });

  it('forgets messages by age', () => {
    new TestScheduler(() => undefined).run(() => {
      const emulator = createEmulator({ history: { ttl: 1000 }, maxIdleInterval: 0 });
      emulator.publish('chat', { data: 'old' });
      timer(600).subscribe(() => emulator.publish('chat', { data: 'new' }));
      timer(1001).subscribe(() => {
        const client = connectTo(emulator);
        client.attach('chat', { params: { rewind: '10' } });
        expect(client.data()).deep.equal(['new']);
        emulator.dispose();
      });
    });
  });
});
