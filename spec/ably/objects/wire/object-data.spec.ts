import { expect } from 'chai';
import {
  decodeObjectData,
  encodeObjectData,
  isSameValue,
} from '../../../../lib/ably/objects/wire/object-data.js';
import { Blueprint } from '../../../../lib/ably/objects/wire/blueprint.js';
import { ErrorInfo } from '../../../../lib/ably/wire/error-info.js';
import type { WireObjectData } from '../../../../lib/ably/wire/object-message.js';
import { codecs } from '../../../support/fake-ably.js';

for (const codec of codecs)
  describe(`the data of objects, ${codec.format}`, () => {
    const through = (value: unknown): unknown =>
      decodeObjectData(codec.decode(codec.encode(encodeObjectData(value, codec.binary))) as WireObjectData);
    const bytes = Uint8Array.of(0, 127, 255);

    it('OD2c, OD2d, OD2e, OD2f, OD2g, OD4c1, OD4c2, OD4c3, OD4c4, OD4d1, OD4d2, OD4d3, OD4d4, OD5a1, OD5b1, OD5b2: arrive as they were', () => {
      for (const value of [false, true, bytes, -0.5, 0, '', 'ä', { a: [1, null, { b: 'c' }] }, [true], []])
        expect(through(value)).to.deep.equal(value);
    });

    it('OD4c5, OD4d5: JSON travels as a text, which is also read from a string with the encoding "json"', () => {
      for (const value of [{ a: [1, 'ä'] }, [true], []]) {
        const text = JSON.stringify(value);
        expect(encodeObjectData(value, codec.binary)).to.deep.equal({ json: text });
        expect(decodeObjectData({ string: text, encoding: 'json' })).to.deep.equal(value);
      }
    });

    it('OD4b: no encoding is set', () => {
      for (const value of [true, bytes, 1, 'a', { a: 1 }, [1]])
        expect(encodeObjectData(value, codec.binary)).to.not.have.property('encoding');
    });

    it('OD2d: bytes are a copy, so that what is changed afterwards changes nothing', () => {
      const own = bytes.slice();
      const wire = encodeObjectData(own, codec.binary);
      own.fill(9);
      expect(decodeObjectData(wire)).to.deep.equal(bytes);
    });
  });

describe('the data of objects', () => {
  it('OD2b, OD5a2, OD5b3: a text with the encoding "json" is read as JSON', () => {
    expect(decodeObjectData({ string: '{"a":1}', encoding: 'json' })).to.deep.equal({ a: 1 });
    expect(decodeObjectData({ string: '{"a":1}' })).to.equal('{"a":1}');
  });

  it('OD4a: any other type is refused with 40013, and says what can be set', () => {
    for (const value of [undefined, null, NaN, Infinity, 1n, Symbol('a'), () => 1, new Map()])
      expect(() => encodeObjectData(value, true))
        .to.throw(ErrorInfo)
        .with.property('code', 40013);
    expect(() => encodeObjectData(new Map(), true)).to.throw('Map. Set a string');
    expect(() => encodeObjectData(NaN, true)).to.throw('NaN. Set a string');
  });

  it('OD4a: what JSON says of a value is in the value, and not the fields of which it says nothing', () => {
    const model = { place: new Blueprint('map', {}), toJSON: () => ({ id: 1 }) };
    expect(encodeObjectData({ model }, true)).to.deep.equal({ json: '{"model":{"id":1}}' });
  });

  it('OD4a: what JSON says of a value is in the value, and not the fields of which it says nothing', () => {
    const model = { place: new Blueprint('map', {}), toJSON: () => ({ id: 1 }) };
    expect(encodeObjectData({ model }, true)).to.deep.equal({ json: '{"model":{"id":1}}' });
  });

  it('RTF1: data that cannot be decoded are left as they are, and unknown ones are none', () => {
    expect(decodeObjectData({ json: '{' })).to.equal('{');
    expect(decodeObjectData({ bytes: '?' })).to.equal('?');
    expect(decodeObjectData({})).to.equal(undefined);
  });

  it('RTLM22b3: values are compared by their contents', () => {
    expect(isSameValue({ a: [1] }, { a: [1] })).to.equal(true);
    expect(isSameValue(Uint8Array.of(1), Uint8Array.of(1))).to.equal(true);
    for (const [one, other] of [
      [{ a: 1 }, { a: 2 }],
      [Uint8Array.of(1), Uint8Array.of(2)],
      [Uint8Array.of(1), { 0: 1 }],
      ['1', 1],
      [undefined, 1],
    ])
      expect(isSameValue(one, other)).to.equal(false);
  });
});
