import { expect } from 'chai';
import fc from 'fast-check';
import { fromBase64, toBase64 } from '../../lib/codec/base64.js';
import { runs } from '../support/runs.js';

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const byAtob = (encoded: string): Uint8Array =>
  Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
const read = (encoded: string, decode: (encoded: string) => Uint8Array): readonly number[] | 'refused' => {
  try {
    return [...decode(encoded)];
  } catch {
    return 'refused';
  }
};

describe('base64', () => {
  it('RSL4d1: pads, as RFC 4648 has it', () => {
    const vectors = { '': '', f: 'Zg==', fo: 'Zm8=', foo: 'Zm9v', foob: 'Zm9vYg==', fooba: 'Zm9vYmE=' };
    for (const [plain, encoded] of Object.entries(vectors)) {
      expect(toBase64(new TextEncoder().encode(plain))).to.equal(encoded);
      expect(text(fromBase64(encoded))).to.equal(plain);
    }
  });

  it('uses the letters + and /, not those for URLs', () => {
    expect(toBase64(new Uint8Array([0xfb, 0xff, 0xbf]))).to.equal('+/+/');
    expect(() => fromBase64('-_-_')).to.throw();
  });

  it('gives plain Uint8Arrays of their own', () => {
    const bytes = fromBase64('Zm9v');
    expect(bytes.constructor).to.equal(Uint8Array);
    expect(bytes.buffer.byteLength).to.equal(3);
  });

  it('gives back any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const encoded = toBase64(bytes);
        expect(encoded).to.equal(Buffer.from(bytes).toString('base64'));
        expect(fromBase64(encoded)).to.deep.equal(bytes);
      }),
      runs(100, 1),
    );
  });

  it('takes part of a larger buffer', () => {
    expect(toBase64(new TextEncoder().encode('xxfoo').subarray(2))).to.equal('Zm9v');
  });

  it('has no limit of size that a call stack would set', () => {
    const large = Uint8Array.from({ length: 1_000_003 }, (_, at) => (at * 31) % 256);
    const encoded = toBase64(large);
    expect(encoded).to.equal(Buffer.from(large).toString('base64'));
    expect(Buffer.compare(fromBase64(encoded), large)).to.equal(0);
  });

  it('accepts line feeds', () => {
    expect(text(fromBase64('Zm9v\nYmFy\r\nZm9v\n'))).to.equal('foobarfoo');
  });

  it('reads long texts as atob does, also those that are none', () => {
    const odd = fc.constantFrom('=', '==', '-', '_', '!', ' ', '\n', 'é', 'A');
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 150, maxLength: 400 }), fc.nat(), odd, (bytes, at, put) => {
        const whole = toBase64(bytes);
        const place = at % (whole.length + 1);
        for (const text of [
          whole,
          whole.slice(0, place) + put + whole.slice(place),
          whole.slice(0, -1) + put,
        ])
          expect(read(text, fromBase64)).to.deep.equal(read(text, byAtob));
      }),
      runs(100, 2),
    );
  });

  it('uses what the platform has for it', () => {
    const place = Uint8Array as { fromBase64?: (text: string) => Uint8Array };
    const before = place.fromBase64;
    place.fromBase64 = (given) => new TextEncoder().encode(`native ${given}`);
    try {
      expect(text(fromBase64('Zm9v'))).to.equal('native Zm9v');
    } finally {
      if (before) place.fromBase64 = before;
      else delete place.fromBase64;
    }
  });

  it('throws on what is not base64', () => {
    for (const bad of ['Z', 'Zm9v!', 'Zm=v', '====', 'Zm9vYg=', 'é'])
      expect(() => fromBase64(bad), bad).to.throw();
  });
});
