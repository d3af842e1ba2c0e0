import { expect } from 'chai';
import fc from 'fast-check';
import { Fifo } from '../../lib/base/fifo.js';
import { runs } from '../support/runs.js';

describe('Fifo', () => {
  it('has nothing to give at first', () => {
    const fifo = new Fifo<number>();
    expect([fifo.length, fifo.at(0), fifo.shift(), fifo.drain()]).to.deep.equal([
      0,
      undefined,
      undefined,
      [],
    ]);
  });

  it('does what an array does', () => {
    const deed = fc.oneof(
      { weight: 5, arbitrary: fc.record({ push: fc.integer({ min: 1, max: 2000 }) }) },
      { weight: 5, arbitrary: fc.record({ shift: fc.integer({ min: 1, max: 2000 }) }) },
      { weight: 1, arbitrary: fc.constant('drain' as const) },
    );
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 20 }), (deeds) => {
        const fifo = new Fifo<number>();
        const model: number[] = [];
        let next = 0;
        for (const what of deeds) {
          if (what === 'drain') expect(fifo.drain()).to.deep.equal(model.splice(0));
          else if ('push' in what)
            for (let count = 0; count < what.push; count += 1) {
              fifo.push(next);
              model.push(next++);
            }
          else
            for (let count = 0; count < what.shift; count += 1)
              if (fifo.shift() !== model.shift()) expect.fail('shifted another one');
          expect(fifo.length).to.equal(model.length);
          for (const at of [0, 1, model.length - 1, model.length]) expect(fifo.at(at)).to.equal(model[at]);
        }
      }),
      runs(50, 1),
    );
  });

  it('gives nothing before its front', () => {
    const fifo = new Fifo<number>();
    for (const entry of [1, 2, 3]) fifo.push(entry);
    fifo.shift();
    expect(fifo.at(-1)).to.equal(undefined);
  });
});
