import { expect } from 'chai';
import { failsByAssertion } from './known-to-fail.js';
import { rejectionOf } from './thrown.js';

describe('failsByAssertion', () => {
  it('resolves when an assertion of the body fails, at once or later', async () => {
    await failsByAssertion(() => expect.fail('at once'));
    await failsByAssertion(async () => {
      await Promise.resolve();
      expect.fail('later');
    });
  });

  it('rejects when the body passes, and says what to do with it', async () => {
    const passing = [(): void => undefined, () => Promise.resolve()];
    for (const body of passing)
      expect(await rejectionOf(failsByAssertion(body)))
        .to.be.an('Error')
        .with.property('message', 'Is known to fail, and passes now: make it an ordinary spec.');
  });

  it('rejects when the body fails for another reason than an assertion, and gives the reason', async () => {
    const reason = new TypeError('no such method');
    const broken = [
      () => {
        throw reason;
      },
      () => Promise.reject(reason),
    ];
    for (const body of broken)
      expect(await rejectionOf(failsByAssertion(body)))
        .to.be.an('Error')
        .and.to.include({
          message: 'Is known to fail by an assertion, and failed for another reason.',
          cause: reason,
        });
  });
});
