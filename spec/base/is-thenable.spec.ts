import { expect } from 'chai';
import { isThenable } from '../../lib/base/is-thenable.js';

describe('isThenable', () => {
  it('knows promises, and what can be awaited like one', () => {
    const thenable = { then: () => undefined } as unknown as PromiseLike<number>; // all that `await` looks for
    for (const value of [Promise.resolve(1), thenable]) expect(isThenable(value)).to.equal(true);
  });

  it('knows all else', () => {
    for (const value of [undefined, null, 1, 'then', {}, { then: 1 }, () => undefined])
      expect(isThenable<unknown>(value)).to.equal(false);
  });
});
