import { encode } from '@msgpack/msgpack';
import { expect } from 'chai';
import { Action } from '../../lib/ably/wire/actions.js';
import { createEmulator, type Emulator } from '../../lib/emulator/index.js';
import { connectTo, steps } from './fake-client.js';
import { ask, basic } from './fake-http.js';

describe('emulator: bad input', () => {
  let emulator: Emulator;
  beforeEach(() => {
    emulator = createEmulator({ random: steps(), maxFrameSize: 1000, maxMessageSize: 100 });
  });
  afterEach(() => emulator.dispose());

  const fatal: readonly [string, 'json' | 'msgpack', string | Uint8Array, number][] = [
    ['not JSON', 'json', '{"action":', 80013],
    ['an empty frame', 'json', '', 80013],
    ['a number', 'json', '7', 80013],
    ['null', 'json', 'null', 80013],
    ['an array', 'json', '[]', 80013],
    ['text that is not UTF-8', 'json', new Uint8Array([0xff, 0xfe]), 80013],
    ['no action', 'json', '{}', 80013],
    ['an unknown action', 'json', '{"action":99}', 80013],
    ['an action by name', 'json', '{"action":"message"}', 80013],
    ['an inherited name as action', 'json', '{"action":"constructor"}', 80013],
    ["a server's action", 'json', '{"action":4}', 80013],
    ['too large a frame', 'json', JSON.stringify({ action: 0, id: 'x'.repeat(1000) }), 40009],
    ['no channel', 'json', '{"action":10}', 80013],
    ['a channel that is no string', 'json', '{"action":12,"channel":7}', 80013],
    ['no msgSerial', 'json', '{"action":15,"channel":"a","messages":[{}]}', 80013],
    ['a msgSerial that is no number', 'json', '{"action":15,"channel":"a","msgSerial":"0"}', 80013],
    ['a negative msgSerial', 'json', '{"action":15,"channel":"a","msgSerial":-1}', 80013],
    ['AUTH without a token', 'json', '{"action":17}', 40101],
    ['AUTH with an odd token', 'json', '{"action":17,"auth":{"accessToken":7}}', 40005],
    ['text where MessagePack was agreed on', 'msgpack', '{"action":0}', 80013],
    ['MessagePack that ends early', 'msgpack', new Uint8Array([0x85, 0xa6]), 80013],
    ['MessagePack that is garbage', 'msgpack', new Uint8Array([0xc1]), 80013],
    ['MessagePack that claims too much', 'msgpack', new Uint8Array([0xdd, 0xff, 0xff, 0xff, 0xff]), 80013],
    ['MessagePack with an odd key', 'msgpack', new Uint8Array([0x81, 0xc0, 0xc0]), 80013],
    ['too large a binary frame', 'msgpack', encode({ action: 0, id: 'x'.repeat(1000) }), 40009],
  ];
  for (const [title, format, data, code] of fatal) {
    it(`answers ERROR ${code} and closes only that connection: ${title}, ${format}`, () => {
      const [client, other] = [connectTo(emulator, { format }), connectTo(emulator)];
      client.session.receive(data, typeof data !== 'string');
      expect(client.last()?.action).equal('ERROR');
      expect(client.last()?.error?.code).equal(code);
      expect(client.last()?.error?.message).match(/[:.]/);
      expect(client.end?.code).equal(1000);
      client.session.receive('{"action":0}');
      expect(client.frames).length(2);
      expect(other.end).equal(undefined);
      expect(emulator.connections).length(1);
    });
  }

  const refused: readonly [string, unknown, number][] = [
    ['no messages', undefined, 40030],
    ['messages that are no array', {}, 40030],
    ['an empty array', [], 40030],
    ['a message that is no object', [7], 40030],
    ['a name that is no string', [{ name: 7 }], 40030],
    ['an encoding that is no string', [{ data: 'x', encoding: 7 }], 40030],
    ['extras that are no object', [{ extras: 'x' }], 40032],
    [
      'extras without end',
      [{ extras: JSON.parse('{"a":'.repeat(90) + '0' + '}'.repeat(90)) as unknown }],
      40032,
    ],
    ['data that is an object', [{ data: {} }], 40013],
    ['data that is a number', [{ data: 7 }], 40013],
    ['what is not base64', [{ data: '%%%', encoding: 'base64' }], 40013],
    ["another's clientId", [{ clientId: 'bob' }], 40012],
    ['too much', [{ data: 'x'.repeat(60) }, { data: 'x'.repeat(60) }], 40009],
    ['an update where messages stay as they are', [{ data: 'x', action: 1, serial: 'x' }], 93002],
    ['an action that is not for clients', [{ data: 'x', action: 4, serial: 'x' }], 40030],
    ['an update among others', [{ data: 'x' }, { data: 'x', action: 1, serial: 'x' }], 40030],
    ['an update of nothing', [{ data: 'x', action: 1 }], 40003],
  ];
  for (const [title, messages, code] of refused) {
    it(`answers NACK ${code} and goes on: ${title}`, () => {
      const client = connectTo(emulator, { clientId: 'ann' });
      client.attach('chat');
      client.send({ action: Action.message, channel: 'chat', msgSerial: 0, messages });
      expect(client.last()?.action).equal('NACK');
      expect(client.last()?.error?.code).equal(code);
      expect(client.publish(1, 'chat', { data: 'fine' })?.action).equal('ACK');
      expect(client.data()).deep.equal(['fine']);
    });
  }

  it('answers NACK to what it does not serve', () => {
    const client = connectTo(emulator);
    client.send({ action: Action.object, channel: 'chat', msgSerial: 0, state: [{}] });
    expect(client.last()?.action).equal('NACK');
  });

  it('answers NACK to presence on what is no channel', () => {
    const client = connectTo(emulator, { clientId: 'ann' });
    for (const [msgSerial, channel] of [undefined, '', 7, {}].entries()) {
      client.send({ action: Action.presence, channel, msgSerial, presence: [{ action: 2 }] });
      expect([client.last()?.action, client.last()?.error?.code]).deep.equal(['NACK', 91001]);
    }
  });

  it('answers a bad channel name with an ERROR of that channel', () => {
    const client = connectTo(emulator);
    client.send({ action: Action.attach, channel: '' });
    expect([client.last()?.action, client.last()?.channel, client.last()?.error?.code]).deep.equal([
      'ERROR',
      '',
      40010,
    ]);
    client.send({ action: Action.attach, channel: 'chat', params: { rewind: {} } });
    expect([client.last()?.action, client.last()?.channel, client.last()?.error?.code]).deep.equal([
      'ERROR',
      'chat',
      40000,
    ]);
    expect(client.end).equal(undefined);
  });

  it('bears odd fields that it does not need, and a prototype in disguise', () => {
    const client = connectTo(emulator);
    client.session.receive(
      '{"action":10,"channel":"chat","flags":"x","channelSerial":7,"__proto__":{"a":1}}',
    );
    expect(client.last()?.action).equal('ATTACHED');
    client.session.receive(
      '{"action":15,"channel":"chat","msgSerial":0,"messages":[{"__proto__":{"a":1},"data":"x"}]}',
    );
    expect(client.last()?.action).equal('ACK');
    expect(({} as { a?: number }).a).equal(undefined);
  });

  const deep = '{"a":'.repeat(20_000) + '1' + '}'.repeat(20_000);
  /** Engines that read and write such a value, as that of Node 26, have it answered as any other that is wrong. */
  const isBorne = ((): boolean => {
    try {
      return JSON.stringify(JSON.parse(deep)) === deep;
    } catch {
      return false;
    }
  })();
  const tooDeep = 'A value is nested too deeply, or too large: send it as text, or in parts.';
  let large: ReturnType<typeof createEmulator>;
  beforeEach(() => {
    large = createEmulator();
  });
  afterEach(() => {
    large.dispose();
  });

  for (const [frame, codeWhereBorne] of [
    [`{"action":0,"id":${deep}}`, undefined],
    [`{"action":${deep}}`, 80013],
    [`{"action":15,"channel":"a","msgSerial":0,"messages":[{"id":${deep}}]}`, 40030],
  ] as const)
    it(`answers a value that is nested without measure, and goes on: ${frame.slice(0, 70)}…`, () => {
      const client = connectTo(large, { format: 'json' });
      client.session.receive(frame, false);
      const { code, message } = client.last()?.error ?? {};
      if (isBorne) expect(code).equal(codeWhereBorne);
      else expect([code, message]).deep.equal([40000, tooDeep]);
      expect(connectTo(large).last()?.action).equal('CONNECTED');
    });

  for (const [method, path, body, whereBorne] of [
    ['POST', '/channels/a/messages', `{"data":${deep}}`, { status: 413, code: 40009 }],
    ['PATCH', '/channels/mutable:a/messages/x', `{"data":${deep}}`, { status: 400, code: 40030 }],
    [
      ...(['POST', '/channels/mutable:a/messages/x/annotations'] as const),
      ...([`[{"type":"a:flag.v1","data":${deep}}]`, { status: 401, code: 40161 }] as const),
    ],
    ['POST', '/keys/app.key/revokeTokens', `{"targets":[${deep}]}`, { status: 400, code: 40000 }],
  ] as const)
    it(`answers so over HTTP as well: ${method} ${path}`, () => {
      const answer = ask(large, path, { method, headers: basic(large.key), body });
      expect(answer).include(isBorne ? whereBorne : { status: 400, code: 40000 });
    });
});
