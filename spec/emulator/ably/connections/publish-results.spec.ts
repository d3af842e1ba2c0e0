import { expect } from 'chai';
import {
  type PublishResults,
  publishResults,
} from '../../../../lib/emulator/ably/connections/publish-results.js';

const ttl = 120_000;
const resultsAt = (now: () => number): PublishResults => publishResults(ttl, now);

describe('emulator: publish results', () => {
  it('RTN19a: keeps the last 10,000 results, and knows that older publishes were answered', () => {
    const { resultOf, add } = resultsAt(() => 0);
    for (let msgSerial = 0; msgSerial < 10_001; msgSerial += 1)
      add(msgSerial, '', { serials: [`s${msgSerial}`] });
    expect([0, 1, 10_000, 10_001].map((msgSerial) => resultOf(msgSerial, ''))).deep.equal([
      { serials: [] },
      { serials: ['s1'] },
      { serials: ['s10000'] },
      undefined,
    ]);
  });

  it('RTN19a: forgets results that are older than a session without a transport, once others come', () => {
    let now = 0;
    const { resultOf, add } = resultsAt(() => now);
    const kept = (): readonly unknown[] => [0, 1, 2].map((msgSerial) => resultOf(msgSerial, ''));
    add(0, '', { serials: ['s0'] });
    now = 1;
    add(1, '', { serials: ['s1'] });
    now = ttl;
    expect(kept()).deep.equal([{ serials: ['s0'] }, { serials: ['s1'] }, undefined]);
    add(2, '', { serials: ['s2'] });
    expect(kept()).deep.equal([{ serials: [] }, { serials: ['s1'] }, { serials: ['s2'] }]);
  });

  it('keeps fewer where their names or serials are long, so that they do not take all memory', () => {
    const long = 'x'.repeat(500_000);
    const [named, many] = [resultsAt(() => 0), resultsAt(() => 0)];
    const serials = [long, long];
    for (let msgSerial = 0; msgSerial < 20; msgSerial += 1) {
      named.add(msgSerial, long, { serials: [] });
      many.add(msgSerial, '', { serials });
    }
    const known = ({ resultOf }: PublishResults, name: string): number =>
      Array.from({ length: 20 }, (_, msgSerial) => resultOf(msgSerial, name)).filter(
        (result) => result && (name !== '' || ('serials' in result && result.serials.length > 0)),
      ).length;
    expect([known(named, long), known(many, '')]).deep.equal([9, 5]);
  });

  it('RTN7: expects msgSerials from 0 on, without a gap', () => {
    const all = resultsAt(() => 0);
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
    const all = resultsAt(() => 0);
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
    const all = resultsAt(() => 0);
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
