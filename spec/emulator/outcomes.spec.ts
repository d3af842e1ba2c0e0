import { expect } from 'chai';
import { outcomes } from '../../lib/emulator/ably/connections/outcomes.js';

describe('emulator: outcomes', () => {
  it('RTN19a: remembers the last 10,000 publishes, and that older ones have been', () => {
    const { of, add } = outcomes();
    for (let msgSerial = 0; msgSerial < 10_001; msgSerial += 1)
      add(msgSerial, { serials: [`s${msgSerial}`] });
    expect([0, 1, 10_000, 10_001].map(of)).deep.equal([
      { serials: [] },
      { serials: ['s1'] },
      { serials: ['s10000'] },
      undefined,
    ]);
  });

  it('bears a msgSerial that skips some', () => {
    const { of, add } = outcomes();
    add(123_456_789, { serials: ['far'] });
    expect([of(0), of(123_456_789)]).deep.equal([{ serials: [] }, { serials: ['far'] }]);
  });
});
