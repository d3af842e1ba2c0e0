import { expect } from 'chai';
import { perKey } from '../../../lib/base/maps/per-key.js';

describe('perKey', () => {
  const [a, b] = [{}, {}];

  it('makes one value for each object, and gives it again', () => {
    const keys: object[] = [];
    const valueOf = perKey((key: object) => [keys.push(key)]);
    expect([valueOf(a), valueOf(b), valueOf(a), valueOf(b)]).to.deep.equal([[1], [2], [1], [2]]);
    expect(valueOf(a)).to.equal(valueOf(a));
    expect(keys).to.have.ordered.members([a, b]);
  });

  it('makes the value again after an error', () => {
    let count = 0;
    const valueOf = perKey(() => {
      count += 1;
      if (count === 1) throw new Error('not yet');
      return [count];
    });
    expect(() => valueOf(a)).to.throw('not yet');
    expect([valueOf(a), valueOf(a)]).to.deep.equal([[2], [2]]);
  });

  it('shares nothing with another function', () => {
    const [one, other] = [perKey(() => ['one']), perKey(() => ['other'])];
    expect([one(a), other(a)]).to.deep.equal([['one'], ['other']]);
  });
});
