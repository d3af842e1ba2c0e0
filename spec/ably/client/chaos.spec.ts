import { expect } from 'chai';
import fc from 'fast-check';
import { json } from '../../../lib/codec/json.js';
import { msgpack } from '../../../lib/codec/msgpack.js';
import { lifeInMemory, type Memory, type Result } from '../../support/chaos/in-memory.js';
import type { Plan } from '../../support/chaos/life.js';
import { flappingDay, plans } from '../../support/chaos/plans.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';

const codecs = [json, msgpack()];

/** What the server remembers, how long faults last at most, and what must have happened for the runs to mean something. */
const climates: readonly (readonly [
  title: string,
  memory: Memory,
  most: number,
  happens: (sum: Totals) => unknown,
])[] = [
  ['short faults', { ttl: 20_000, history: 1000 }, 10_000, ({ succeeded }) => succeeded > 0],
  ['outages longer than the session', { ttl: 5000, history: 1000 }, 40_000, ({ rejected }) => rejected > 0],
  ['a server that forgets messages', { ttl: 60_000, history: 4 }, 30_000, ({ marks }) => marks > 0],
  ['a server that forgets sessions', { ttl: 1, history: 1000 }, 10_000, ({ failed }) => failed > 0],
];

interface Totals {
  readonly succeeded: number;
  readonly failed: number;
  readonly rejected: number;
  readonly marks: number;
  readonly duplicates: number;
}

const nothing: Totals = { succeeded: 0, failed: 0, rejected: 0, marks: 0, duplicates: 0 };

const plus = (sum: Totals, { resumes, rejected, marks, duplicates }: Result): Totals => ({
  succeeded: sum.succeeded + resumes.succeeded,
  failed: sum.failed + resumes.failed,
  rejected: sum.rejected + rejected,
  marks: sum.marks + marks,
  duplicates: sum.duplicates + duplicates,
});

describe('RealtimeClient on a network that fails', () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  before(() => process.on('unhandledRejection', note));
  after(() => process.off('unhandledRejection', note));

  for (const [title, memory, most, happens] of climates)
    for (const [index, codec] of codecs.entries())
      it(`delivers once and in order or tells of the hole, and leaves nothing behind: ${title}, ${codec.format}`, async () => {
        let sum = nothing;
        const property = fc.asyncProperty(
          plans({ span: 60_000, most, faults: [0, 6], wishes: 5 }),
          async (plan: Plan) => {
            const result = await lifeInMemory(plan, memory, codec);
            sum = plus(sum, result);
            expect(result.problems).to.deep.equal([]);
          },
        );
        await fc.assert(property, runs(130, index + 1));
        await new Promise((resolve) => setImmediate(resolve)); // unhandled rejections are told after the microtasks
        expect(unhandled).to.deep.equal([]);
        expect(sum).to.satisfy(happens);
      }).timeout(timeLimit(3000));

  it('delivers once and in order or tells of the hole through a day of flapping', async () => {
    const { problems, resumes, accepted } = await lifeInMemory(
      flappingDay(1),
      { ttl: 120_000, history: 1000 },
      json,
    );
    expect(problems).to.deep.equal([]);
    expect([resumes.succeeded, resumes.failed, accepted]).to.satisfy((counts: readonly number[]) =>
      counts.every((count) => count > 20),
    );
  }).timeout(timeLimit(5000));
});
