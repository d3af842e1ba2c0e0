import { expect } from 'chai';
import fc from 'fast-check';
import { json } from '../../lib/codec/json.js';
import { msgpack } from '../../lib/codec/msgpack.js';
import type { Plan } from '../support/chaos/life.js';
import { lifeOnSockets } from '../support/chaos/on-sockets.js';
import { plans } from '../support/chaos/plans.js';
import { runs, timeLimit } from '../support/chaos/replay.js';
import { type PresencePlan, presencePlans } from '../support/presence-life.js';
import { presenceOnSockets } from '../support/presence-on-sockets.js';

for (const [index, codec] of [json, msgpack()].entries())
  describe(`RealtimeClient through a proxy that fails, ${codec.format}`, () => {
    it('delivers once and in order or tells of the hole, and leaves nothing behind', async function () {
      this.timeout(timeLimit(1500)); // twelve lives at once, on real sockets and in real time
      const parameters = runs<Plan>(12, index + 1);
      const chosen = fc.sample<Plan>(plans({ span: 800, most: 700, faults: [4, 8] }), parameters);
      let sum = 0;
      for (let first = 0; first < chosen.length; first += 12) {
        const lives = chosen.slice(first, first + 12).map(async (plan, number) => {
          const { problems, dialled } = await lifeOnSockets(plan, codec);
          const life = `life ${first + number} of seed ${parameters.seed}: ${fc.stringify(plan)}`;
          expect(problems, life).to.deep.equal([]);
          sum += dialled;
        });
        await Promise.all(lives);
      }
      expect(sum).to.be.above(2 * chosen.length); // two each without any fault
    });

    it('RTP17i, RTP19: presents each client with what it said last, to the server and to both, and nobody else', async function () {
      this.timeout(timeLimit(2000));
      const parameters = runs<PresencePlan>(12, index + 41);
      const chosen = fc.sample<PresencePlan>(presencePlans(800, 500), parameters);
      for (let first = 0; first < chosen.length; first += 12) {
        const lives = chosen.slice(first, first + 12).map(async (plan, number) => {
          const problems = await presenceOnSockets(plan, codec);
          const life = `life ${first + number} of seed ${parameters.seed}: ${fc.stringify(plan)}`;
          expect(problems, life).to.deep.equal([]);
        });
        await Promise.all(lives);
      }
    });
  });
