import { expect } from 'chai';
import fc from 'fast-check';
import { vcdiff } from '../lib/vcdiff.js';
import { deltaOf } from './support/delta-of.js';
import { runs } from './support/runs.js';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('vcdiff', () => {
  it('VD1, VD2a: makes a message of a delta and its base', () => {
    const delta = new Uint8Array([
      ...[0xd6, 0xc3, 0xc4, 0, 0], // "VCD", version 0, nothing special
      ...[1, 9, 0, 13], // 9 bytes of the base, from 0, are the source; 13 bytes follow
      ...[9, 0, 2, 4, 2], // 9 bytes long; uncompressed; 2 of data, 4 of instructions, 2 of addresses
      ...[0x6e, 0x2d], // "n-"
      ...[20, 3, 19, 3], // copy 4, add 2, copy as many as comes next: 3
      ...[0, 6],
    ]);
    expect(vcdiff.decode(delta, bytes('the tower'))).to.deep.equal(bytes('the n-wer'));
  });

  it('VD2a: makes any bytes of any others', () => {
    const payload = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(payload, payload, payload, (start, base, target) => {
        const [from, to] = [
          [...start, ...base, ...start],
          [...start, ...target, ...start],
        ].map((all) => new Uint8Array(all));
        expect(vcdiff.decode(deltaOf(from!, to!), from!)).to.deep.equal(to);
      }),
      runs(100, 1),
    );
  });

  it('VD2a: throws on what is no delta', () => {
    for (const wrong of [bytes('no delta'), new Uint8Array(), new Uint8Array([0xd6, 0xc3, 0xc4, 0, 3])])
      expect(() => vcdiff.decode(wrong, bytes('base'))).to.throw(Error);
  });
});
