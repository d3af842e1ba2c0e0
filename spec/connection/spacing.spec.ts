import { expect } from 'chai';
import { spacingOf } from '../../lib/connection/spacing.js';

describe('spacingOf', () => {
  /** The moments that calls are allowed at, where each comes as soon as the one before is done. */
  function loop(calls: number, longest?: number): readonly number[] {
    let now = 1000;
    const space = spacingOf(() => now, longest);
    return Array.from({ length: calls }, () => (now += space()));
  }

  it('lets some calls in a row pass, then makes each wait longer, up to a limit', () => {
    expect(loop(12)).to.deep.equal([
      ...[1000, 1000, 1000, 1125, 1375, 1875, 2875, 4875, 8875, 13_875, 18_875, 23_875],
    ]);
    expect(loop(6, 200)).to.deep.equal([1000, 1000, 1000, 1125, 1325, 1525]);
  });
  it('counts only the time that is left of a wait', () => {
    let now = 0;
    const space = spacingOf(() => now);
    for (const _ of [1, 2, 3]) space();
    now = 100;
    expect(space()).to.equal(25);
  });
  it('forgets after ten seconds without a call', () => {
    let now = 0;
    const space = spacingOf(() => now);
    for (const _ of [1, 2, 3, 4]) space();
    now = 10_126;
    expect([space(), space(), space(), space()]).to.deep.equal([0, 0, 0, 125]);
  });
  it('waits no longer than its longest wait when the clock is set back', () => {
    let now = 1e9;
    const space = spacingOf(() => now);
    for (const _ of [1, 2, 3]) space();
    now = 0;
    expect(space()).to.be.at.most(5000);
  });
});
