import { encode } from '@msgpack/msgpack';
import { expect } from 'chai';
import { readFrame } from '../../lib/codec/read-frame.js';

const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(values);
const nested = (levels: number): unknown => (levels === 0 ? 'core' : [nested(levels - 1)]);

const messageFrame = (index: number) => ({
  action: 15,
  id: `connection:${index}:0`,
  channel: `chat:${index}`,
  channelSerial: `01726585978590-001@abcdefgh:${index}`,
  connectionId: 'connection',
  timestamp: 1726585978590 + index,
  messages: [
    {
      name: 'greeting',
      data: 'é😀 '.repeat(100),
      clientId: 'ünï',
      action: 0,
      serial: `01726585978590-001@abcdefgh:${index}-0`,
      version: { serial: `01726585978590-001@abcdefgh:${index}-0`, timestamp: 1726585978590 + index },
      extras: { headers: { rank: -1.5, far: -(2 ** 40), ok: true, none: null } },
    },
    { data: 'plain' },
  ],
});

describe('readFrame', () => {
  for (const [where, given] of [
    ['a Buffer', (whole: Uint8Array) => Buffer.from(whole)],
    ['a Uint8Array', (whole: Uint8Array) => whole],
  ] as const) {
    it(`reads frames of the protocol by itself, from ${where}`, () => {
      for (const frame of [
        { action: 0 },
        { action: 1, msgSerial: 7, count: 2, res: [{ serials: ['a', null] }] },
        { action: 11, channel: 'chat', flags: 0xf0000, params: { rewind: '1' } },
        { action: 14, presence: [{ action: 2, clientId: 'me', connectionId: 'mine', data: '' }] },
        messageFrame(0),
        { action: 15, messages: [{ data: given(bytes(1, 2, 3)) }] },
      ]) {
        const found = readFrame(given(encode(frame)))?.value;
        expect(found).to.deep.equal(frame);
        expect(JSON.stringify(found)).to.equal(JSON.stringify(frame)); // also in the order of fields
      }
    });

    it(`keeps a byte order mark at the beginning of any text, from ${where}`, () => {
      for (const text of ['\ufeff', '\ufeffshort', `\ufeff${'long '.repeat(100)}`])
        expect(readFrame(given(encode({ data: text })))).to.deep.equal({ value: { data: text } });
    });

    it(`leaves text that is no UTF-8, from ${where}`, () => {
      for (const length of [2, 20, 60]) {
        const spoilt = given(encode('é'.repeat(length / 2)));
        spoilt[spoilt.length - 1] = 0x20;
        expect(readFrame(spoilt)).to.equal(undefined);
      }
    });
  }

  it('tells names apart that share a place in the table of names', () => {
    for (const round of [0, 1])
      for (let index = 0; index < 2000; index += 1)
        expect(readFrame(encode(messageFrame(index))), `${round}`).to.deep.equal({
          value: messageFrame(index),
        });
  });

  it('makes plain objects, whatever their size', () => {
    for (const size of [0, 1, 4, 5, 20]) {
      const fields = Object.fromEntries(Array.from({ length: size }, (_, index) => [`key${index}`, index]));
      const { value } = readFrame(encode(fields)) as { value: object };
      expect(Object.getPrototypeOf(value)).to.equal(Object.prototype);
      expect(Object.entries(value)).to.deep.equal(Object.entries(fields));
    }
  });

  it('leaves what frames do not have: extension types, keys that are no text, and deep nesting', () => {
    expect(readFrame(bytes(0x81, 0xa1, 0x61, 0xd4, 0x2a, 0x07)), 'an extension').to.equal(undefined);
    expect(readFrame(encode(new Date(0))), 'a time').to.equal(undefined);
    expect(readFrame(bytes(0x81, 0x01, 0x02)), 'a number as a key').to.equal(undefined);
    expect(readFrame(encode(nested(32))), 'deep').to.deep.equal({ value: nested(32) });
    expect(readFrame(encode(nested(33))), 'too deep').to.equal(undefined);
    expect(readFrame(bytes(0x81, 0xa9, ...Buffer.from('__proto__'), 0x80)), 'a prototype').to.equal(
      undefined,
    );
  });

  it('leaves what is malformed: cut at any byte, with bytes to spare, or with a byte that has no meaning', () => {
    const whole = encode(messageFrame(1));
    for (let length = 0; length < whole.length; length += 1)
      expect(readFrame(whole.subarray(0, length)), `of ${length} bytes`).to.equal(undefined);
    expect(readFrame(bytes(...whole, 0))).to.equal(undefined);
    expect(readFrame(bytes(0xc1))).to.equal(undefined);
    expect(readFrame(bytes(0xdf, 0xff, 0xff, 0xff, 0xff))).to.equal(undefined);
  });
});
