import { expect } from 'chai';
import fc from 'fast-check';
import { codecs } from '../../support/fake-ably.js';
import { foldLife, foldPlans } from '../../support/fold-life.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';

for (const [index, codec] of codecs.entries())
  describe(`folded messages through cuts and lost sessions, ${codec.format}`, () => {
    it('RTL12, RTL32: show no text that the server never had, none that is older than before, and in the end what the server has', function () {
      this.timeout(timeLimit(1500));
      fc.assert(
        fc.property(foldPlans(), (plan) => {
          expect(foldLife(plan, codec, { history: 'untilAttach' })).to.deep.equal([]);
        }),
        runs(40, index + 1),
      );
    });
  });
