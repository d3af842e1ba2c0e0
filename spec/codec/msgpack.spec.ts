import { expect } from 'chai';
import { msgpack } from '../../lib/codec/msgpack.js';

const codec = msgpack();
const bytes = (...values: readonly number[]): Uint8Array => new Uint8Array(values);
const roundTrip = (frame: unknown): unknown => codec.decode(codec.encode(frame));

describe('msgpack', () => {
  it('RTN2a: is called msgpack, and carries bytes', () => {
    expect([codec.format, codec.binary]).to.deep.equal(['msgpack', true]);
  });

  it('encodes to bytes and back, without undefined fields', () => {
    const frame = {
      action: 15,
      channel: 'ünï',
      messages: [{ data: 'é😀', name: undefined, timestamp: 1.7e12 }],
    };
    expect(roundTrip(frame)).to.deep.equal({
      action: 15,
      channel: 'ünï',
      messages: [{ data: 'é😀', timestamp: 1.7e12 }],
    });
  });

  it('keeps times and other whole numbers up to 2^53 exact, as numbers', () => {
    for (const exact of [
      0,
      -1,
      2 ** 31,
      2 ** 32,
      1_700_000_000_123,
      Number.MAX_SAFE_INTEGER,
      Number.MIN_SAFE_INTEGER,
    ])
      expect(roundTrip(exact)).to.equal(exact);
  });

  it('gives an int64 beyond 2^53 as the nearest number, as JSON does', () => {
    const cases: readonly (readonly [wire: Uint8Array, text: string])[] = [
      [bytes(0xcf, 0x00, 0x20, 0, 0, 0, 0, 0, 0x01), '9007199254740993'],
      [bytes(0xcf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff), '18446744073709551615'],
      [bytes(0xd3, 0x80, 0, 0, 0, 0, 0, 0, 0x01), '-9223372036854775807'],
    ];
    for (const [wire, text] of cases) expect(codec.decode(wire), text).to.equal(JSON.parse(text));
  });

  it('refuses to encode a BigInt, as JSON does', () => {
    expect(() => codec.encode({ big: 2n ** 60n })).to.throw();
    expect(roundTrip({ action: 0 }), 'and goes on').to.deep.equal({ action: 0 });
  });

  it('gives payload bytes as Uint8Arrays, from whatever the frame came in', () => {
    const encoded = codec.encode({ data: bytes(1, 2, 3) }) as Uint8Array<ArrayBuffer>;
    const part = Buffer.concat([Buffer.from('xx'), encoded, Buffer.from('yy')]).subarray(
      2,
      2 + encoded.length,
    );
    for (const frame of [encoded, encoded.slice().buffer, Buffer.from(encoded), part]) {
      const { data } = codec.decode(frame) as { data: Uint8Array };
      expect(data).to.be.instanceOf(Uint8Array);
      expect([...data]).to.deep.equal([1, 2, 3]);
    }
  });

  it('passes an extension type that it does not know on as its type and bytes', () => {
    const frame = bytes(0x82, 0xa1, 0x61, 0xd4, 0x2a, 0x07, 0xa1, 0x62, 0x01); // { a: ext 42 of one byte 7, b: 1 }
    const { a, b } = codec.decode(frame) as { a: { type: number; data: Uint8Array }; b: number };
    expect([a.type, [...a.data], b]).to.deep.equal([42, [7], 1]);
  });

  it('throws on a text frame, and says what was agreed on', () => {
    expect(() => codec.decode('{}')).to.throw(TypeError, /MessagePack/);
  });

  it('throws on frames that are cut short, too long, empty or no MessagePack, and goes on', () => {
    const whole = codec.encode({ action: 0 }) as Uint8Array;
    const bad = [
      bytes(),
      whole.subarray(0, -1),
      bytes(...whole, 0),
      bytes(0xc1),
      bytes(0xdd, 0xff, 0xff, 0xff, 0xff),
    ];
    for (const frame of bad) {
      expect(() => codec.decode(frame), String(frame)).to.throw();
      expect(codec.decode(whole)).to.deep.equal({ action: 0 });
    }
  });

  it('makes no room for more entries than a damaged frame has bytes', () => {
    // An array of an ext type, so that the library reads it, and 1.
    const arrayOf = (count: number) => codec.decode(bytes(0xdc, 0, count, 0xd4, 0x2a, 0x07, 1));
    expect(arrayOf(2)).to.have.lengthOf(2);
    expect(() => arrayOf(7), 'for which the bytes could do').to.throw(RangeError);
    expect(() => arrayOf(8)).to.throw(Error, 'array length (8) > maxArrayLength (7)');
  });

  it('does not let the peer set a prototype', () => {
    const frame = bytes(0x81, 0xa9, ...new TextEncoder().encode('__proto__'), 0x81, 0xa1, 0x70, 0x01);
    expect(() => codec.decode(frame)).to.throw();
    expect(({} as { p?: number }).p).to.equal(undefined);
  });

  it('keeps what was encoded before untouched by what is encoded after', () => {
    const first = codec.encode({ data: 'first' }) as Uint8Array;
    codec.encode({ data: 'other' });
    expect(codec.decode(first)).to.deep.equal({ data: 'first' });
  });

  it('keeps each of many frames untouched, however many were encoded since', () => {
    const frames = Array.from({ length: 300 }, (_, n) => ({ n, data: 'x'.repeat(1000) }));
    const encoded = frames.map((frame) => codec.encode(frame));
    expect(encoded.map((frame) => codec.decode(frame))).to.deep.equal(frames);
  });
});
