import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { sha256 } from '../../lib/codec/sha256.js';

describe('SHA-256', () => {
  it('gives what Node gives, at every length around the ends of blocks', () => {
    for (let length = 0; length < 300; length += 1) {
      const message = Uint8Array.from({ length }, (_, at) => (at * 37 + length * 101) & 255);
      const expected = createHash('sha256').update(message).digest();
      expect(Buffer.from(sha256(message)).equals(expected), `${length} bytes`).to.equal(true);
    }
  });

  it('gives the digest of FIPS 180-4 for "abc"', () => {
    expect(Buffer.from(sha256(Buffer.from('abc'))).toString('hex')).to.equal(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });
});
