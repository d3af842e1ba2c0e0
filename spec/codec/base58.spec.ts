import { expect } from 'chai';
import { toBase58 } from '../../lib/codec/base58.js';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

describe('toBase58', () => {
  for (const [hex, text] of [
    ['', ''],
    ['00', '1'],
    ['0000', '11'],
    ['61', '2g'],
    ['626262', 'a3gV'],
    ['00eb15231dfceb60925886b67d065299925915aeb172c06647', '1NS17iag9jJgTHD1VXjvLCEnZuQ3rJDE9L'],
    ['10c8511e', 'Rt5zm'],
  ] as const)
    it(`${hex || 'nothing'} is ${text || 'nothing'}`, () => {
      expect(toBase58(bytes(hex))).to.equal(text);
    });
});
