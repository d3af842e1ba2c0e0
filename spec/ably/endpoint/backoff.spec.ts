import { expect } from 'chai';
import fc from 'fast-check';
import { backoff, backoffCoefficient, jitterCoefficient } from '../../../lib/ably/endpoint/backoff.js';
import { runs } from '../../support/runs.js';

const chance = () => fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('backoff', () => {
  it('RTB1a: grows from 1 by thirds to 2, and no further', () => {
    const grown = [1, 2, 3, 4, 5, 100].map((retry) => Math.round(backoffCoefficient(retry) * 3));
    expect(grown).to.deep.equal([3, 4, 5, 6, 6, 6]);
  });

  it('RTB1b: jitter lies between 0.8 and 1', () => {
    expect(jitterCoefficient(0)).to.equal(1);
    fc.assert(
      fc.property(chance(), (drawn) => jitterCoefficient(drawn) >= 0.8 && jitterCoefficient(drawn) <= 1),
      runs(100, 1),
    );
  });

  it('RTB1: is the initial wait times both', () => {
    expect(backoff(15_000, 1, 0)).to.equal(15_000);
    expect(backoff(15_000, 4, 0.5)).to.equal(27_000);
    fc.assert(
      fc.property(
        fc.nat({ max: 100_000 }),
        fc.integer({ min: 1, max: 1000 }),
        chance(),
        (initial, retry, drawn) => {
          const wait = backoff(initial, retry, drawn);
          expect(wait).to.be.within(initial * 0.8, initial * 2);
        },
      ),
      runs(100, 2),
    );
  });
});
