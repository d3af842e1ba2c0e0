/**
 * Lives a day on a network that fails every other minute, in virtual time. The emulator is of the same build as the
 * clients: with that of one build for both, they would share code with it in one process and not in the other.
 */
import type * as Emulator from '../../lib/emulator/index.js';
import type * as Library from '../../lib/index.js';
import { chanceOf } from '../../spec/support/chaos/chance.js';
import { impatient } from '../../spec/support/chaos/impatient.js';
import { live, type Plan } from '../../spec/support/chaos/life.js';
import { memoryNetwork } from '../../spec/support/chaos/memory.js';
import { flappingDay } from '../../spec/support/chaos/plans.js';
import { judge } from '../../spec/support/chaos/verdict.js';
import { VirtualClock } from '../../spec/support/chaos/virtual-clock.js';
import { type BuildName, load } from '../builds.js';
import type { Cost } from '../messages.js';
import { meter } from '../meter.js';
import { serve } from '../serve.js';

/** Asks for a day, or for that share of one. */
export interface FlappingOrder {
  readonly do: 'day';
  readonly share: number;
}

const build = process.argv[2] as BuildName;

const day = 24 * 60 * 60 * 1000;

/** The beginning of a day. */
function planOf(share: number): Plan {
  const { seed, deeds, afflictions } = flappingDay(1);
  const isEarly = ({ at }: { readonly at: number }): boolean => at < share * day;
  const early = { deeds: deeds.filter(isEarly), afflictions: afflictions.filter(isEarly) };
  return { seed, ...early, releases: [], wishes: [], inheritances: [] };
}

async function liveDay(share: number): Promise<Cost> {
  const { RealtimeClient } = await load<Pick<typeof Library, 'RealtimeClient'>>(build, 'index', [
    'RealtimeClient',
  ]);
  const { inMemory } = await load<Pick<typeof Emulator, 'inMemory'>>(build, 'emulator', ['inMemory']);
  const plan = planOf(share);
  const stop = meter();
  const clock = new VirtualClock();
  const chance = chanceOf(plan.seed);
  const { emulator, webSocketCtor, key } = inMemory({
    scheduler: clock,
    random: chance,
    connectionStateTtl: 120_000,
    maxIdleInterval: 5000,
    history: { messages: 1000, ttl: 120_000 },
  });
  const inhabitants = [0, 1].map(() => {
    const network = memoryNetwork({ through: webSocketCtor, scheduler: clock, chance });
    const own = { scheduler: clock, random: chance, webSocketCtor: network.webSocketCtor };
    return { client: new RealtimeClient({ ...impatient, ...own, key }), afflict: network.afflict };
  });
  const { witness, diaries, calmAt, conclude } = live(inhabitants, {
    ...{ emulator, scheduler: clock, plan },
    inherit: (of) => inhabitants[of]!, // nobody inherits on this day
  });
  await clock.runTo(calmAt + 30_000);
  conclude(true);
  await clock.runTo(calmAt + 35_000);
  for (const { client } of inhabitants) void client.dispose();
  emulator.dispose();
  await clock.runTo(calmAt + 50_000);
  const cost = stop();
  const [problem] = judge(witness, diaries).problems;
  if (problem !== undefined) throw new Error(`The day went wrong: ${problem}.`);
  return cost;
}

serve(({ share }: FlappingOrder) => liveDay(share), build);
