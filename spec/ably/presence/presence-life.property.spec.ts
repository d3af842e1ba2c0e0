import { expect } from 'chai';
import fc from 'fast-check';
import type { Codec } from '../../../lib/codec/codec.js';
import { inMemory } from '../../../lib/emulator/index.js';
import { RealtimeClient } from '../../../lib/index.js';
import { chanceOf } from '../../support/chaos/chance.js';
import { memoryNetwork } from '../../support/chaos/memory.js';
import { impatient } from '../../support/chaos/impatient.js';
import { runs, timeLimit } from '../../support/chaos/replay.js';
import { VirtualClock } from '../../support/chaos/virtual-clock.js';
import { codecs } from '../../support/fake-ably.js';
import { livePresence, type PresencePlan, presencePlans } from '../../support/presence-life.js';

/** How long the server keeps a connection that is lost, and its members. */
const ttl = 10_000;

/** Lives a plan in virtual time; answers with what is wrong in the end, and for how many clients it is certain. */
async function lived(plan: PresencePlan, codec: Codec) {
  const clock = new VirtualClock();
  const chance = chanceOf(plan.seed);
  const { emulator, webSocketCtor, key } = inMemory({
    scheduler: clock,
    random: chance,
    connectionStateTtl: ttl,
    maxIdleInterval: 5000,
    syncPageSize: 1,
  });
  const inhabitants = ['ann', 'bob'].map((clientId) => {
    const network = memoryNetwork({ through: webSocketCtor, scheduler: clock, chance });
    const client = new RealtimeClient({
      ...impatient,
      key,
      clientId,
      codec,
      scheduler: clock,
      random: chance,
      webSocketCtor: network.webSocketCtor,
    });
    return { client, afflict: network.afflict };
  });
  const life = livePresence(inhabitants, { emulator, scheduler: clock, plan });
  const { calmAt, calm, gather, release, strays, ghosts, problems, sure } = life;
  await clock.runTo(calmAt + 15_000);
  release();
  await clock.runTo(calmAt + 20_000);
  const long = strays();
  calm();
  let at = calmAt + 20_100; // by then each has heard of the end of its socket
  await clock.runTo(at);
  for (; inhabitants.some(({ client }) => client.connection.state !== 'connected'); at += 100)
    await clock.runTo(at + 100);
  gather();
  await clock.runTo(at + 5000);
  const early = ghosts();
  await clock.runTo(calmAt + 40_000); // the members of connections that were lost have left by then
  const found = [...long, ...early, ...problems()];
  for (const { client } of inhabitants) void client.dispose();
  await clock.runTo(calmAt + 60_000);
  emulator.dispose();
  return { found, sure: sure() };
}

for (const codec of codecs)
  describe(`presence of two clients through whatever happens, ${codec.format}`, () => {
    it('RTP2h, RTP5a, RTP17i, RTP19, RTN19a: is what each said last, for the server and for both, and each who was told of was told to leave', async () => {
      let sure = 0;
      const parameters = runs<[PresencePlan]>(25, 31);
      await fc.assert(
        fc.asyncProperty(presencePlans(20_000, 12_000), async (plan) => {
          const result = await lived(plan, codec);
          sure += result.sure;
          expect(result.found.join('\n')).to.equal('');
        }),
        parameters,
      );
      expect(sure).to.be.above(Number(parameters.numRuns)); // of two in each life
    }).timeout(timeLimit(3000));
  });
