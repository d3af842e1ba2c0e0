import { expect } from 'chai';
import { idsOf, payloadId } from '../../../lib/relay/json-rpc/ids.js';

/** A clock that shows what it is told to. */
const clock = (...times: number[]) => {
  let now = 0;
  return { now: () => (now = times.shift() ?? now) };
};

describe('idsOf', () => {
  it('are 19 digits, distinct and increasing, a million in a burst', () => {
    const next = idsOf({ scheduler: { now: () => Date.now() }, random: Math.random });
    let last = '0000000000000000000';
    for (let drawn = 0; drawn < 1_000_000; drawn += 1) {
      const id = next();
      if (id.length !== 19 || id <= last) expect.fail(`${id} after ${last}`);
      last = id;
    }
    expect(last).to.match(/^\d{19}$/);
  });

  it('are the milliseconds, and a number that begins by chance and counts up', () => {
    const next = idsOf({ scheduler: clock(1_795_299_120_092), random: () => 0.25 });
    expect([next(), next()]).to.deep.equal(['1795299120092250000', '1795299120092250001']);
  });

  it('begin by chance again in another millisecond', () => {
    const next = idsOf({ scheduler: clock(1_795_299_120_092, 1_795_299_120_093), random: () => 0.5 });
    expect([next(), next()]).to.deep.equal(['1795299120092500000', '1795299120093500000']);
  });

  it('increase also when the clock is set back, and when a millisecond is used up', () => {
    const next = idsOf({ scheduler: clock(1_795_299_120_092, 1_000), random: () => 0.999_999 });
    expect([next(), next(), next()]).to.deep.equal([
      '1795299120092999999',
      '1795299120093000000',
      '1795299120093000001',
    ]);
  });

  it('have 19 digits also when the clock has never been set', () => {
    expect(idsOf({ scheduler: clock(0), random: () => 0 })()).to.equal('1000000000000000000');
  });
});

describe('payloadId', () => {
  const source = { scheduler: { now: () => 1_795_299_120_092 }, random: () => 0.123_456_7 };

  it('is a safe integer of 16 digits between clients', () => {
    expect(payloadId(undefined, source)).to.equal(1_795_299_120_092_123);
    expect(Number.isSafeInteger(payloadId())).to.equal(true);
    expect(String(payloadId())).to.match(/^\d{16}$/);
  });

  it('is exact with the entropy of a server', () => {
    expect(payloadId(6, source)).to.equal(1_795_299_120_092_123_456n);
  });

  it('throws on a wrong entropy', () => {
    for (const entropy of [-1, 1.5, 16, NaN])
      expect(() => payloadId(entropy)).to.throw(RangeError, /whole number from 0 to 15/);
  });
});
