import { expect } from 'chai';
import { runBuilt } from '../../support/run-built.js';

describe('the weight of a client', () => {
  let stages: Readonly<Record<string, number>>;

  before(async function () {
    this.timeout(60_000);
    stages = (await runBuilt('weigh-clients.ts', '--expose-gc')) as typeof stages;
  });

  for (const [stage, most] of [
    ['made', 40_000],
    ['connected', 70_000],
    ['disposed', 2000],
  ] as const)
    it(`${stage}: takes at most ${most} bytes of heap`, () => {
      expect(stages[stage]).to.be.within(-2000, most);
    });
});
