import { expect } from 'chai';
import { fromHex, toHex } from '../../lib/codec/hex.js';

const every = Uint8Array.from({ length: 256 }, (_, at) => at);

describe('toHex', () => {
  it('is two lower-case digits a byte', () => {
    expect(toHex(Uint8Array.of(0, 9, 10, 255))).to.equal('00090aff');
    expect(toHex(every)).to.equal(Buffer.from(every).toString('hex'));
    expect(toHex(new Uint8Array())).to.equal('');
  });
});

describe('fromHex', () => {
  it('undoes toHex, and reads capital digits', () => {
    expect(fromHex(toHex(every))).to.deep.equal(every);
    expect(fromHex('0A0aFF')).to.deep.equal(Uint8Array.of(10, 10, 255));
  });
});
