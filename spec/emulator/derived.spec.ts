import { expect } from 'chai';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag, modesOfFlags } from '../../lib/ably/wire/flags.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import { ask, basic } from './fake-http.js';

const derived = (expression: string, params = '', name = 'chat'): string =>
  `[filter=${Buffer.from(expression).toString('base64')}${params}]${name}`;

for (const format of ['json', 'msgpack']) {
  describe(`emulator: derived channels, ${format}`, () => {
    let emulator: Emulator;
    let client: FakeClient;
    beforeEach(() => {
      emulator = createEmulator({ random: steps() });
      client = connectTo(emulator, { format });
    });
    afterEach(() => emulator.dispose());

    const messages = [
      { name: 'ice', data: { kind: 'sorbet' }, extras: { headers: { flavor: 'lemon', cost: 35 } } },
      { name: 'ice', data: 'plain', clientId: 'ann', extras: { headers: { flavor: 'cherry', cost: 50 } } },
      { name: 'cake', data: new Uint8Array([1]) },
      { data: 'nameless' },
    ];
    const cases: readonly [string, number[]][] = [
      ['name == `"ice"`', [0, 1]],
      ["name == 'ice' && headers.flavor == 'lemon'", [0]],
      ['headers.cost > `40`', [1]],
      ["headers.flavor == 'lemon' || name == 'cake'", [0, 2]],
      ["starts_with(name, 'ca')", [2]],
      ["data.kind == 'sorbet'", [0]],
      ["contains(data, 'name')", [3]],
      ["clientId == 'ann'", [1]],
      ['!name', [3]],
      ['headers', [0, 1]],
      ['headers.none', []],
      ['headers.toString', []],
      ['constructor || headers.__proto__', []],
      ['{ a: name }.valueOf', []],
      ['let $x = name in headers.toString', []],
      ['let $x = name in $x', [0, 1, 2]],
      ['@', [0, 1, 2, 3]],
    ];
    for (const [expression, chosen] of cases) {
      it(`RTS5: ${expression} gives ${chosen.join() || 'nothing'}`, () => {
        const channel = derived(expression);
        expect(client.attach(channel)).include({ action: 'ATTACHED', channel });
        for (const message of messages) emulator.publish('chat', message);
        const frames = client.of('MESSAGE');
        expect(frames.map((frame) => [frame.channel, frame.messages?.[0]?.name])).deep.equal(
          chosen.map((index) => [channel, messages[index]?.name]),
        );
      });
    }

    it('RTL4m: a derived channel is only for subscribers', () => {
      const channel = derived("name == 'a'");
      expect(modesOfFlags(client.attach(channel)?.flags ?? 0)).deep.equal(['subscribe']);
      expect(client.publish(0, channel, { data: 'x' })?.error?.code).equal(40000);
      expect(client.attach(derived('name'), { flags: Flag.publish })?.error?.code).equal(40160);
      const { token } = emulator.issueToken({ capability: { other: ['*'] } });
      const stranger = connectTo(emulator, { key: undefined, accessToken: token, format });
      expect(stranger.attach(channel)?.error?.code).equal(40160);
    });

    it('a derived channel and its channel have their own messages, and their own end', () => {
      const channel = derived("name == 'a'");
      for (const name of ['chat', channel]) client.attach(name);
      emulator.publish('chat', [{ name: 'a' }, { name: 'b' }, { name: 'a' }]);
      const [whole, chosen] = client.of('MESSAGE');
      expect([whole, chosen].map((frame) => frame?.messages?.length)).deep.equal([3, 2]);
      expect(chosen?.messages?.map(({ id }) => id)).deep.equal(
        [0, 2].map((index) => `${whole?.id ?? ''}:${index}`),
      );
      expect(emulator.connections[0]?.channels).deep.equal(['chat', channel]);
      client.send({ action: Action.detach, channel });
      expect(client.last()).include({ action: 'DETACHED', channel });
      emulator.publish('chat', { name: 'a' });
      expect(client.last()?.channel).equal('chat');
    });

    it('RTS5a2: takes params in the name, with or without a filter', () => {
      for (const data of ['1', '2', '3']) emulator.publish('chat', { name: 'a', data });
      const attached = client.attach(derived("name == 'a'", '?rewind=1'));
      expect(attached?.params).deep.equal({ rewind: '1' });
      expect(client.attach('[?rewind=2]chat')?.params).deep.equal({ rewind: '2' });
      expect(client.data()).deep.equal(['3', '2', '3']);
      expect(client.publish(0, '[?rewind=2]chat', { data: '4' })?.action).equal('ACK');
      expect(client.of('MESSAGE').map(({ channel }) => channel)).include('[?rewind=2]chat');
      expect(client.data()).deep.equal(['3', '2', '3', '4']);
    });

    it('goes with deltas, over the messages that pass', () => {
      client.attach(derived("name == 'a'"), { params: { delta: 'vcdiff' } });
      for (const name of ['a', 'b', 'a']) emulator.publish('chat', { name, data: 'x' });
      const [first, second] = client.of('MESSAGE').map((frame) => frame.messages?.[0]);
      expect(second?.extras).deep.equal({ delta: { from: first?.id, format: 'vcdiff' } });
    });

    it('RTL4c1: resumes with what passes', () => {
      const channel = derived("name == 'a'");
      const channelSerial = client.attach(channel)?.channelSerial ?? '';
      emulator.connections[0]?.drop();
      for (const name of ['b', 'a']) emulator.publish('chat', { name });
      const again = connectTo(emulator, { resume: client.key(), format });
      again.attach(channel, { channelSerial });
      expect(again.of('MESSAGE').map(({ messages: [message] = [] }) => message?.name)).deep.equal(['a']);
    });

    const doubled = Array<string>(30).fill('[@, @]').join(' | ');
    const wrong: readonly [string, string, RegExp][] = [
      ['no expression', derived('name =='), /not a JMESPath expression/],
      ['an empty one', derived(''), /not a JMESPath expression/],
      ['not base64', '[filter=%%]chat', /base64/],
      ['not UTF-8', `[filter=${Buffer.from([0xff]).toString('base64')}]chat`, /UTF-8/],
      ['too long', derived(`name == '${'x'.repeat(1024)}'`), /longer than 1024/],
      ['too many parts', derived(doubled), /more than 64 parts/],
      ['a costly function', derived("pad_left(name, `1000000000`, 'x')"), /function/],
      ['an unknown function', derived('evil(name)'), /function/],
    ];
    for (const [title, channel, text] of wrong) {
      it(`answers a filter that cannot be used with ERROR 40003 of that channel: ${title}`, () => {
        const answer = client.attach(channel);
        expect(answer).nested.include({ action: 'ERROR', channel, 'error.code': 40003 });
        expect(answer?.error?.message).match(text);
        expect(client.end).equal(undefined);
      });
    }

    it('bears an expression that fails on a message, and one about deep doublings', () => {
      client.attach(derived('length(headers.cost) > `1`'));
      client.attach(derived(`${Array<string>(6).fill('[@, @][]').join(' | ')} | length(@) > \`5\``));
      for (const message of messages) emulator.publish('chat', message);
      expect(client.of('MESSAGE')).length(messages.length);
    });

    it('a derived channel is refused over HTTP', () => {
      const path = `/channels/${encodeURIComponent(derived('name'))}/messages`;
      expect(ask(emulator, path, { headers: basic(emulator.key) }).code).equal(40010);
    });
  });
}
