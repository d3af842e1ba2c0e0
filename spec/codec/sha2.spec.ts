import { expect } from 'chai';
import { createHash } from 'node:crypto';
import { toHex } from '../../lib/codec/hex.js';
import { sha256, sha512 } from '../../lib/codec/sha2.js';

const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, at) => (at * 7 + length) % 256);
const utf8 = new TextEncoder();
/** FIPS 180-4's own examples. */
const long =
  'abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu';

describe('sha256', () => {
  for (const [text, hash] of [
    ['', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    ['abc', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
    [
      'abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq',
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    ],
  ] as const)
    it(`is ${hash.slice(0, 8)}… of "${text}"`, () => {
      expect(toHex(sha256(utf8.encode(text)))).to.equal(hash);
    });
  it('is that of the platform, for every length around the ends of blocks', () => {
    for (let length = 0; length < 260; length += 1)
      expect(toHex(sha256(bytesOf(length))), `${length} bytes`).to.equal(
        createHash('sha256').update(bytesOf(length)).digest('hex'),
      );
  });
  it('reads a part of a larger buffer', () => {
    expect(sha256(bytesOf(100).subarray(10, 20))).to.deep.equal(sha256(bytesOf(100).slice(10, 20)));
  });
});

describe('sha512', () => {
  for (const [text, hash] of [
    ['abc', 'ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a'],
    [long, '8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018'],
  ] as const)
    it(`begins with ${hash.slice(0, 8)}… for "${text.slice(0, 8)}"`, () => {
      expect(toHex(sha512(utf8.encode(text))).slice(0, 64)).to.equal(hash);
    });
  it('is that of the platform, for every length around the ends of blocks', () => {
    for (let length = 0; length < 260; length += 1)
      expect(toHex(sha512(bytesOf(length))), `${length} bytes`).to.equal(
        createHash('sha512').update(bytesOf(length)).digest('hex'),
      );
  });
});
