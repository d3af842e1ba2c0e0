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

  it('does the same where there is neither TextEncoder nor TextDecoder', () => {
    const { TextEncoder, TextDecoder } = globalThis;
    const bytes = [...broken, ...whole, '\ufeffa\n%41+&é'].map(
      (text) => [text, new TextEncoder().encode(text)] as const,
    );
    try {
      Object.assign(globalThis, { TextEncoder: undefined, TextDecoder: undefined });
      for (const [text, expected] of bytes) {
        expect([...toUtf8(text)]).to.deep.equal([...expected]);
        expect(fromUtf8(expected)).to.equal(wellFormed(text));
        expect(fromUtf8(expected.slice().buffer)).to.equal(wellFormed(text));
      }
      for (const wrong of [[0xff], [0xed, 0xa0, 0xbd], [0xc3], [0xc0, 0x80]])
        expect(() => fromUtf8(Uint8Array.from(wrong))).to.throw(URIError);
    } finally {
      Object.assign(globalThis, { TextEncoder, TextDecoder });
    }
  });
});
