import { expect } from 'chai';
import fc from 'fast-check';
import { asyncScheduler, VirtualTimeScheduler } from 'rxjs';
import sinon from 'sinon';
import { randomText, steady, systemRandom, systemRandomBytes, systemScheduler } from '../../lib/rx/clock.js';
import { runs } from '../support/runs.js';

describe('clock', () => {
  it('is the only place that names the system clock', () => {
    expect(systemScheduler).to.equal(asyncScheduler);
  });

  it('has a time that goes on where the clock is set back, and is that of any other scheduler', () => {
    const clock = sinon.stub(Date, 'now');
    try {
      clock.returns(1_000_000);
      const now = steady(systemScheduler);
      const before = now();
      clock.returns(0);
      expect(now()).to.be.at.least(before);
      expect(systemScheduler.now()).to.equal(0);
    } finally {
      clock.restore();
    }
    const virtual = new VirtualTimeScheduler();
    virtual.frame = 7;
    expect(steady(virtual)()).to.equal(7);
  });

  it('draws chances from 0 up to, and without, 1', () => {
    for (let draw = 0; draw < 100; draw += 1) expect(systemRandom()).to.be.within(0, 1 - Number.EPSILON / 2);
  });

  it('draws a text of the length asked for from letters that need no escaping anywhere', () => {
    const chances = fc.array(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(chances, fc.nat({ max: 40 }), (drawn, length) => {
        let at = 0;
        const text = randomText(length, () => drawn[at++ % drawn.length]!);
        expect(text).to.match(new RegExp(`^[A-Za-z0-9_-]{${length}}$`));
      }),
      runs(100, 1),
    );
  });

  it('draws the same text from the same chances, and uses every letter', () => {
    const letters = new Set(Array.from({ length: 64 }, (_, at) => randomText(1, () => at / 64)));
    expect(letters.size).to.equal(64);
  });

  it('RSL1k1: draws 9 bytes as base64, with the letters that are not those for URLs', () => {
    const drawn = Array.from({ length: 64 }, (_, at) => randomText(12, () => at / 64, '+/'));
    for (const text of drawn) {
      expect(text).to.match(/^[A-Za-z0-9+/]{12}$/);
      expect(Buffer.from(text, 'base64').toString('base64')).to.equal(text);
    }
    expect(new Set(drawn).size).to.equal(64);
  });

  it('draws bytes, as many as are asked for and other ones each time', () => {
    expect([0, 1, 16].map((length) => systemRandomBytes(length).length)).to.deep.equal([0, 1, 16]);
    expect(systemRandomBytes(16)).to.not.deep.equal(systemRandomBytes(16));
  });
});
