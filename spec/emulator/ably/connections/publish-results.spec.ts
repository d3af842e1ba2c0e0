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

  describe('RTN19a: forgets a result', () => {
    let now: number;
    let all: PublishResults;
    beforeEach(() => {
      now = 0;
      all = resultsAt(() => now);
    });
    const publish = (msgSerial: number): void => {
      all.add(msgSerial, '', { serials: [`s${msgSerial}`] });
    };
    /** Those of three that are still known; asking keeps them, so that a spec asks once. */
    const known = (): readonly number[] =>
      [0, 1, 2].filter((msgSerial) => {
        const result = all.resultOf(msgSerial, '');
        return result && 'serials' in result && result.serials.length > 0;
      });

    it('some time after its answer, once others come', () => {
      for (const msgSerial of [0, 1]) {
        now = msgSerial;
        publish(msgSerial);
        all.answered(msgSerial, 0);
      }
      now = ttl;
      publish(2);
      expect([known(), all.resultOf(0, '')]).deep.equal([[1, 2], { serials: [] }]);
    });

    it('but not before others come', () => {
      publish(0);
      all.answered(0, 0);
      now = 10 * ttl;
      expect(known()).deep.equal([0]);
    });

    it('but not while its answer is held, nor where its delay lasts', () => {
      publish(0);
      publish(1);
      all.answered(1, ttl);
      now = 2 * ttl - 1;
      publish(2);
      expect(known()).deep.equal([0, 1, 2]);
    });

    it('but not where it was asked for again, until that is answered, and for as long as before', () => {
      for (const msgSerial of [0, 1]) {
        publish(msgSerial);
        all.answered(msgSerial, 0);
      }
      now = ttl - 1;
      all.resultOf(0, '');
      now = 10 * ttl;
      all.answered(0, 0);
      now += ttl - 1;
      publish(2);
      expect(known()).deep.equal([0, 2]);
    });

    it('although another publish of its msgSerial was asked for', () => {
      publish(0);
      all.answered(0, 0);
      all.resultOf(0, 'x:0');
      now = ttl;
      publish(1);
      publish(2);
      expect(known()).deep.equal([1, 2]);
    });
  });

  it('RTN16: keeps results however old where two clients share the connection', () => {
    let now = 0;
    const all = resultsAt(() => now);
    all.add(0, '', { serials: ['s0'] });
    all.answered(0, 0);
    all.share();
    now = 10 * ttl;
    all.add(7, '', { serials: ['s7'] });
    expect(all.resultOf(0, '')).deep.equal({ serials: ['s0'] });
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
