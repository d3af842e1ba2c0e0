import { expect } from 'chai';
import { timer } from 'rxjs';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../lib/emulator/index.js';
import { virtually } from '../support/virtual-time.js';
import { connectTo, steps } from './fake-client.js';
import { ask, basic } from './fake-http.js';

const update = (emulator: Emulator, channel: string): number | undefined => {
  const client = connectTo(emulator);
  const serial = client.publish(0, channel, { data: 'a' })?.res?.[0]?.serials[0];
  return client.publish(1, channel, { data: 'b', action: 1, serial })?.error?.code;
};

describe('emulator: namespaces', () => {
  const made: Emulator[] = [];
  const create = (options: EmulatorOptions = {}): Emulator => {
    const emulator = createEmulator({ random: steps(), ...options });
    made.push(emulator);
    return emulator;
  };
  afterEach(() => made.splice(0).forEach((emulator) => emulator.dispose()));

  it('lets messages be changed where the rule says so, by what is before the first colon', () => {
    const emulator = create({ namespaces: { chat: { mutableMessages: true } } });
    const codes = [
      'chat:a',
      'chat:a:b',
      'chat',
      'mutable:a',
      'chats:a',
      'a:chat',
      'persisted:a',
      'constructor',
    ];
    expect(codes.map((channel) => update(emulator, channel))).deep.equal([
      ...[undefined, undefined, undefined, undefined],
      ...[93002, 93002, 93002, 93002],
    ]);
  });

  it('takes rules in place of its own', () => {
    expect(update(create({ namespaces: { mutable: {} } }), 'mutable:a')).equal(93002);
  });

  for (const channel of ['persisted:a', 'mutable:a']) {
    it(
      `keeps what is said on ${channel} for a day, and ten times as much of it`,
      virtually(({ scheduler }) => {
        const emulator = create({ scheduler, maxIdleInterval: 0, history: { messages: 2 } });
        const kept = (name: string): number =>
          ask(emulator, `/channels/${name}/messages`, { headers: basic(emulator.key) }).list.length;
        for (const name of [channel, 'usual'])
          for (let count = 0; count < 30; count += 1) emulator.publish(name, { data: 'x' });
        expect([kept(channel), kept('usual')]).deep.equal([20, 2]);
        timer(300_000, scheduler).subscribe(() => expect([kept(channel), kept('usual')]).deep.equal([20, 0]));
        timer(86_400_000, scheduler).subscribe(() => expect(kept(channel)).equal(0));
        timer(2 * 86_400_000 + 1, scheduler).subscribe(() => emulator.dispose());
      }),
    );
  }

  it('RTL4c1: can tell what was missed on a persisted channel, as long as the connection is remembered', () => {
    const emulator = create();
    const client = connectTo(emulator);
    const channelSerial = client.attach('persisted:a')?.channelSerial ?? '';
    emulator.connections[0]?.drop();
    emulator.publish('persisted:a', { data: 'missed' });
    const again = connectTo(emulator, { resume: client.key() });
    expect(again.attach('persisted:a', { channelSerial })?.action).equal('ATTACHED');
    expect(again.data()).deep.equal(['missed']);
  });

  const wrong: readonly [unknown, RegExp][] = [
    [7, /`namespaces` is not an object/],
    [[], /`namespaces` is not an object/],
    [{ 'a:b': {} }, /`namespaces\.a:b` names no namespace/],
    [{ '': {} }, /names no namespace/],
    [{ a: true }, /`namespaces\.a` is not an object/],
    [{ a: { mutable: true } }, /`namespaces\.a\.mutable` is unknown: use mutableMessages, persisted/],
    [{ a: { persisted: 1 } }, /`namespaces\.a\.persisted` is not a boolean/],
  ];
  for (const [namespaces, text] of wrong) {
    it(`refuses ${JSON.stringify(namespaces)}`, () => {
      expect(() => createEmulator({ namespaces: namespaces as never })).throw(TypeError, text);
    });
  }
});
