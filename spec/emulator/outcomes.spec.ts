import { expect } from 'chai';
import { outcomes } from '../../lib/emulator/ably/connections/outcomes.js';

describe('emulator: outcomes', () => {
  it('RTN19a: remembers the last 10,000 publishes, and that older ones have been', () => {
    const { of, add } = outcomes();
    for (let msgSerial = 0; msgSerial < 10_001; msgSerial += 1) add({ serials: [`s${msgSerial}`] });
    expect([0, 1, 10_000, 10_001].map(of)).deep.equal([
      { serials: [] },
      { serials: ['s1'] },
      { serials: ['s10000'] },
      undefined,
    ]);
  });

  it('RTN7: expects them from 0 on, one after the other', () => {
    const all = outcomes();
    expect(all.expected).equal(0);
    all.add({ error: { code: 40000 } });
    expect([all.expected, all.of(0), all.of(1)]).deep.equal([1, { error: { code: 40000 } }, undefined]);
  });
});
