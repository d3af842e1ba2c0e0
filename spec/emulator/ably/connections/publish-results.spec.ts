import { expect } from 'chai';
import { publishResults } from '../../../../lib/emulator/ably/connections/publish-results.js';

describe('emulator: publish results', () => {
  it('RTN19a: keeps the last 10,000 results, and knows that older publishes were answered', () => {
    const { resultOf, add } = publishResults();
    for (let msgSerial = 0; msgSerial < 10_001; msgSerial += 1)
      add(msgSerial, '', { serials: [`s${msgSerial}`] });
    expect([0, 1, 10_000, 10_001].map((msgSerial) => resultOf(msgSerial, ''))).deep.equal([
      { serials: [] },
      { serials: ['s1'] },
      { serials: ['s10000'] },
      undefined,
    ]);
  });

  it('RTN7: expects msgSerials from 0 on, without a gap', () => {
    const all = publishResults();
    expect([0, 1].map(all.isInTurn)).deep.equal([true, false]);
    all.add(0, '', { error: { code: 40000 } });
    expect([all.expected, all.resultOf(0, ''), all.resultOf(1, '')]).deep.equal([
      1,
      { error: { code: 40000 } },
      undefined,
    ]);
    expect([0, 1, 2].map(all.isInTurn)).deep.equal([true, true, false]);
  });

  it('accepts one gap after a loss', () => {
    const all = publishResults();
    all.expectGap();
    expect([0, 123_456_789].map(all.isInTurn)).deep.equal([true, true]);
    all.add(123_456_789, '', { serials: ['far'] });
    expect([all.resultOf(0, ''), all.resultOf(123_456_789, '')]).deep.equal([
      { serials: [] },
      { serials: ['far'] },
    ]);
    expect(all.resultOf(123_456_788, '')).nested.include({ 'error.code': 40000 });
    expect([123_456_790, 123_456_791].map(all.isInTurn)).deep.equal([true, false]);
  });

  it('RTN16: knows a publish of another name from the one that had its msgSerial, and counts on', () => {
    const all = publishResults();
    for (const msgSerial of [0, 1]) all.add(msgSerial, '', { serials: [`s${msgSerial}`] });
    expect([all.resultOf(0, 'x:0'), all.isInTurn(0)]).deep.equal([undefined, true]);
    all.add(0, 'x:0', { serials: ['x'] });
    expect([all.resultOf(0, 'x:0'), all.resultOf(0, ''), all.expected]).deep.equal([
      { serials: ['x'] },
      undefined,
      2,
    ]);
  });
});
