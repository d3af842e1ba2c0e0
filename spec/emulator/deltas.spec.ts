import { decode } from '@ably/vcdiff-decoder';
import { expect } from 'chai';
import fc from 'fast-check';
import { Action } from '../../lib/ably/wire/actions.js';
import { Flag, hasFlag } from '../../lib/ably/wire/flags.js';
import { decodeData } from '../../lib/ably/wire/encodings.js';
import type { WireMessage } from '../../lib/ably/wire/frames.js';
import { createEmulator, type Emulator, type EmulatorOptions } from '../../lib/emulator/index.js';
import { connectTo, type FakeClient, steps } from './fake-client.js';
import type { Named } from '../support/heard.js';
import { runs } from '../support/runs.js';

const delta = { params: { delta: 'vcdiff' } };

interface Delta {
  readonly from: string;
  readonly format: string;
}
const deltaOf = (message: WireMessage | undefined): Delta | undefined =>
  (message?.extras as { delta?: Delta } | undefined)?.delta;

/** What a client makes of the frames that it gets, by the rules of RTL19 and RTL20. */
function decoded(frames: readonly Named[]): unknown[] {
  let base = new Uint8Array();
  let last: string | undefined;
  const one = (message: WireMessage, id: string): unknown => {
    let [data, steps] = [message.data, message.encoding?.split('/') ?? []];
    if (steps[steps.length - 1] === 'base64') {
      data = new Uint8Array(Buffer.from(String(data), 'base64'));
      steps = steps.slice(0, -1);
    }
    const from = deltaOf(message)?.from;
    if (steps[steps.length - 1] === 'vcdiff') {
      if (from !== last) throw new Error(`base ${String(from)} is not ${String(last)}`);
      data = decode(data as Uint8Array, base);
      steps = steps.slice(0, -1);
    }
    base =
      typeof data === 'string' ? new TextEncoder().encode(data) : ((data ?? new Uint8Array()) as typeof base);
    last = id;
    return decodeData(data, steps.join('/')).data;
  };
  return frames.flatMap(({ id = '', messages = [] }) =>
    messages.map((message, index) => one(message, message.id ?? `${id}:${index}`)),
  );
}

for (const format of ['json', 'msgpack']) {
  describe(`emulator: deltas, ${format}`, () => {
    const made: Emulator[] = [];
    const create = (options: EmulatorOptions = {}): [Emulator, FakeClient] => {
      const emulator = createEmulator({ random: steps(), ...options });
      made.push(emulator);
      return [emulator, connectTo(emulator, { format })];
    };
    afterEach(() => made.splice(0).forEach((emulator) => emulator.dispose()));
    const deltasIn = (client: FakeClient): (Delta | undefined)[] =>
      client.of('MESSAGE').flatMap(({ messages = [] }) => messages.map(deltaOf));

    it('sends the first message in full, and others as deltas of the one before, with its id (DE2)', () => {
      const [emulator, client] = create();
      const attached = client.attach('chat', delta);
      expect(attached?.params).deep.equal({ delta: 'vcdiff' });
      emulator.publish('chat', { data: 'text one' });
      emulator.publish('chat', [
        { id: 'mine', data: { json: 2 }, extras: { headers: { a: 'b' } } },
        { data: 'last' },
      ]);
      const [first, second] = client.of('MESSAGE');
      const messages = second?.messages ?? [];
      expect(first?.messages?.[0]).include({ data: 'text one' }).not.property('extras');
      const suffix = format === 'json' ? '/base64' : '';
      expect(messages.map(({ encoding }) => encoding)).deep.equal([
        `json/utf-8/vcdiff${suffix}`,
        `utf-8/vcdiff${suffix}`,
      ]);
      expect(messages.map(({ extras }) => extras)).deep.equal([
        { headers: { a: 'b' }, delta: { from: `${first?.id ?? ''}:0`, format: 'vcdiff' } },
        { delta: { from: 'mine', format: 'vcdiff' } },
      ]);
      expect(decoded(client.of('MESSAGE'))).deep.equal(['text one', { json: 2 }, 'last']);
    });

    it('gives others the messages as they were, and one without data is no base', () => {
      const [emulator, client] = create();
      const other = connectTo(emulator, { format });
      client.attach('chat', delta);
      other.attach('chat');
      for (const data of ['a', 'b', undefined, 'd', 'e']) emulator.publish('chat', { data });
      expect(other.data()).deep.equal(['a', 'b', undefined, 'd', 'e']);
      expect(deltasIn(client).map((extra) => extra !== undefined)).deep.equal([
        false,
        true,
        false,
        false,
        true,
      ]);
      expect(decoded(client.of('MESSAGE'))).deep.equal(['a', 'b', undefined, 'd', 'e']);
    });

    it('a delta is undone by the rules of RTL19 for any messages', () => {
      const payload = fc.oneof(
        fc.string(),
        fc.dictionary(fc.string(), fc.jsonValue()),
        fc.constant(undefined),
      );
      const plain = (value: unknown): unknown =>
        value === undefined ? undefined : JSON.parse(JSON.stringify(value));
      fc.assert(
        fc.property(
          fc.array(fc.array(payload, { minLength: 1, maxLength: 3 }), { maxLength: 8 }),
          (publishes) => {
            const [emulator, client] = create();
            client.attach('chat', delta);
            for (const batch of publishes)
              emulator.publish(
                'chat',
                batch.map((data) => ({ data })),
              );
            expect(decoded(client.of('MESSAGE'))).deep.equal(publishes.flat().map(plain));
          },
        ),
        runs(50, 1),
      );
    });

    it('carries bytes and what is encrypted', () => {
      const [emulator, client] = create();
      client.attach('chat', delta);
      for (const data of [[1, 2, 3], [1, 9, 3], []])
        emulator.publish('chat', { data: new Uint8Array(data), encoding: 'utf-8/cipher+aes-256-cbc' });
      const [, second] = client.of('MESSAGE');
      expect(second?.messages?.[0]?.encoding).match(/^utf-8\/cipher\+aes-256-cbc\/vcdiff/);
    });

    it('starts in full after each attach, and goes on with what a replay ends with', () => {
      const [emulator, client] = create();
      for (const data of ['a', 'b']) emulator.publish('chat', { data });
      client.attach('chat', { params: { ...delta.params, rewind: '2' } });
      emulator.publish('chat', { data: 'c' });
      client.attach('chat', delta);
      emulator.publish('chat', { data: 'd' });
      expect(deltasIn(client).map((extra) => extra !== undefined)).deep.equal([false, true, true, false]);
    });

    it('RTL18c: tells again, in full first, what came after the serial of a second attach', () => {
      const [emulator, client] = create();
      client.attach('chat', delta);
      for (const data of ['a', 'b', 'c']) emulator.publish('chat', { data });
      const before = client.frames.length;
      const { channelSerial = '' } = client.of('MESSAGE')[0] ?? {};
      const attached = client.attach('chat', { ...delta, channelSerial });
      expect(hasFlag(attached?.flags, Flag.resumed)).equal(true);
      emulator.publish('chat', { data: 'd' });
      expect(decoded(client.frames.slice(before + 1))).deep.equal(['b', 'c', 'd']);
    });

    it('RTL20: names a base that the client has not got, once, when it is told to', () => {
      const [emulator, client] = create();
      client.attach('chat', delta);
      for (const data of ['a', 'b']) emulator.publish('chat', { data });
      emulator.connections[0]?.breakDelta();
      for (const data of ['c', 'd']) emulator.publish('chat', { data });
      const ids = client.of('MESSAGE').map(({ id }) => `${id ?? ''}:0`);
      expect(deltasIn(client).map((extra) => extra?.from)).deep.equal([
        ...[undefined, ids[0], `${ids[1] ?? ''}:none`, ids[2]],
      ]);
    });

    it('RTL18: sends what is no delta, when it is told to', () => {
      const [emulator, client] = create();
      client.attach('chat', delta);
      emulator.publish('chat', { data: 'a' });
      emulator.connections[0]?.breakDelta('payload', 'chat');
      emulator.publish('chat', { data: 'b' });
      expect(() => decoded(client.of('MESSAGE'))).throw();
      expect(() => emulator.connections[0]?.breakDelta('base', 'other')).throw(TypeError, /delta=vcdiff/);
    });

    it('makes deltas of changes and of sums, too', () => {
      const [emulator, client] = create();
      client.attach('mutable:a', delta);
      const serial = client.publish(0, 'mutable:a', { data: 'first' })?.res?.[0]?.serials[0];
      client.publish(1, 'mutable:a', { serial, action: 5, data: '+' });
      client.send({
        action: Action.annotation,
        channel: 'mutable:a',
        msgSerial: 2,
        annotations: [{ type: 'a:total.v1', messageSerial: serial }],
      });
      client.publish(3, 'mutable:a', { serial, action: 1, data: 'second' });
      emulator.publish('mutable:a', { data: 'last' });
      expect(decoded(client.of('MESSAGE'))).deep.equal(['first', '+', undefined, 'second', 'last']);
    });
  });
}
