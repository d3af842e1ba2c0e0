import { expect } from 'chai';
import { ignoreRejection } from '../../lib/base/ignore-rejection.js';
import { unhandledDuring } from '../support/unhandled.js';

describe('ignoreRejection', () => {
  const error = new Error('refused');

  it('makes a rejection that is not awaited harmless', async () => {
    expect(await unhandledDuring(() => void ignoreRejection(Promise.reject(error)))).to.deep.equal([]);
  });

  it('returns the same promise, which still rejects where it is awaited', async () => {
    const promise = Promise.reject(error);
    expect(ignoreRejection(promise)).to.equal(promise);
    const reason: unknown = await promise.catch((thrown: unknown) => thrown);
    expect(reason).to.equal(error);
  });

  it('resolves as the promise does', async () => {
    expect(await ignoreRejection(Promise.resolve(1))).to.equal(1);
  });
});
