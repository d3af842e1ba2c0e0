import { expect } from 'chai';
import { dropOverflow, type Overflow } from '../../lib/base/overflow.js';
import { Fifo } from '../../lib/base/fifo.js';

const full = (): Error => new Error('full');
/** What is left of 1, 2, 3, 4 where two may wait, and what was dropped. */
const kept = (overflow: Overflow, buffer = 2): readonly (readonly number[])[] => {
  const waiting = new Fifo<number>();
  for (const value of [1, 2, 3, 4]) waiting.push(value);
  const dropped: number[] = [];
  dropOverflow({ buffer, overflow, onDrop: (value) => dropped.push(value), full }, waiting);
  return [waiting.drain(), dropped];
};

describe('keepWithin', () => {
  it('drops what has waited longest, oldest first', () => {
    expect(kept('dropOldest')).to.deep.equal([
      [3, 4],
      [1, 2],
    ]);
  });
  it('drops what has waited least, newest first', () => {
    expect(kept('dropNewest')).to.deep.equal([
      [1, 2],
      [4, 3],
    ]);
  });
  it('throws instead, where one too many is an error', () => {
    expect(() => kept('error')).to.throw('full');
  });
  it('leaves alone what fits', () => {
    for (const overflow of ['error', 'dropOldest', 'dropNewest'] as const)
      expect(kept(overflow, 4)).to.deep.equal([[1, 2, 3, 4], []]);
  });
  it('keeps nothing where nothing may wait', () => {
    expect(kept('dropOldest', 0)).to.deep.equal([[], [1, 2, 3, 4]]);
  });
});
