import { expect } from 'chai';
import { fromUtf8, isWellFormed, toUtf8, wellFormed } from '../../lib/codec/utf8.js';

const broken = ['\ud83d', '\ude00', 'a\ud83db', '\ude00\ud83d', '😀\ud83d', '\ud83d'.repeat(100)];
const whole = ['', 'a', 'é', '€', '😀', '\ufffd', '\0', 'x'.repeat(1000), '\\ud83d'];

describe('UTF-8', () => {
  it('tells halves of surrogate pairs, also where the engine does not', () => {
    const prototype = String.prototype as { isWellFormed?: () => boolean };
    const native = prototype.isWellFormed;
    const seen = (): unknown => [...broken, ...whole].map((text) => [isWellFormed(text), wellFormed(text)]);
    const expected = [
      ...broken.map((text) => [false, new TextDecoder().decode(new TextEncoder().encode(text))]),
      ...whole.map((text) => [true, text]),
    ];
    expect(seen()).to.deep.equal(expected);
    try {
      delete prototype.isWellFormed;
      expect(seen()).to.deep.equal(expected);
    } finally {
      if (native) prototype.isWellFormed = native;
    }
  });

  it('goes to bytes and back, with a byte order mark, and throws on bytes that are none', () => {
    for (const text of [...whole, '\ufeffa']) expect(fromUtf8(toUtf8(text))).to.equal(text);
    for (const bytes of [[0xff], [0xed, 0xa0, 0xbd], [0xc3]])
      expect(() => fromUtf8(Uint8Array.from(bytes))).to.throw(TypeError);
  });
});
