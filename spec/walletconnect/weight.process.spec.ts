import { expect } from 'chai';
import { runBuilt } from '../support/run-built.js';

describe('the weight of a topic over relayerOf, with three messages', () => {
  let stages: Readonly<Record<string, number>>;

  before(async function () {
    this.timeout(60_000);
    stages = (await runBuilt('weigh-topics.ts', '--expose-gc')) as typeof stages;
    expect(stages['heard']).to.equal(3);
  });

  for (const [stage, most] of [
    ['held', 3000],
    ['left', 300],
  ] as const)
    it(`${stage}: takes at most ${most} bytes of heap`, () => {
      expect(stages[stage]).to.be.within(-2000, most);
    });
});
