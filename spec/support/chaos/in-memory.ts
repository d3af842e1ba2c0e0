import type { Codec } from '../../../lib/codec/codec.js';
import { inMemory } from '../../../lib/emulator/index.js';
import { RealtimeClient } from '../../../lib/index.js';
import { chanceOf } from './chance.js';
import { maxFrameSize } from './diary.js';
import { impatient } from './impatient.js';
import { type Inhabitant, live, type Plan } from './life.js';
import { type MemoryNetwork, memoryNetwork } from './memory.js';
import { judge, type Verdict } from './verdict.js';
import { VirtualClock } from './virtual-clock.js';

/** How long a server keeps what, in virtual ms and messages. */
export interface Memory {
  readonly ttl: number;
  readonly history: number;
}

/** What a life amounted to. */
export interface Result extends Verdict {
  readonly resumes: { readonly failed: number; readonly succeeded: number };
  readonly accepted: number;
  readonly marks: number;
  readonly rejected: number;
  readonly dialled: number;
}

/** Lives a plan in virtual time, and looks whether anything is wrong or left over. */
export async function lifeInMemory(plan: Plan, { ttl, history }: Memory, codec: Codec): Promise<Result> {
  const clock = new VirtualClock();
  const chance = chanceOf(plan.seed);
  const {
    emulator,
    webSocketCtor: through,
    fetch: direct,
    key,
  } = inMemory({
    scheduler: clock,
    random: chance,
    connectionStateTtl: ttl,
    maxIdleInterval: 5000,
    maxFrameSize,
    history: { messages: history, ttl: 120_000 },
  });
  const fetch: typeof direct = async (...request) => {
    const latency = Math.floor(chance() ** 2 * 5000);
    await new Promise<void>((arrived) => clock.schedule(() => arrived(), latency));
    return direct(...request);
  };
  const inhabitantOn = (network: MemoryNetwork, recover?: string) => {
    const scheduler = clock.lend();
    const { webSocketCtor } = network;
    const shared = { ...impatient, key, codec, scheduler, random: chance, webSocketCtor, fetch };
    const client = new RealtimeClient({ ...shared, recover });
    return { client, scheduler, network, afflict: network.afflict };
  };
  const networks = [0, 1].map(() => memoryNetwork({ through, scheduler: clock, chance }));
  const inhabitants = networks.map((network) => inhabitantOn(network));
  const inherit = (of: number, recover: string): Inhabitant => {
    const heir = inhabitantOn(inhabitants[of]!.network, recover);
    inhabitants.push(heir);
    return heir;
  };
  const { witness, diaries, calmAt, conclude } = live(inhabitants, {
    emulator,
    scheduler: clock,
    plan,
    inherit,
  });
  await clock.runTo(calmAt + 29_000);
  for (const { comeBack } of diaries) comeBack();
  await clock.runTo(calmAt + 30_000);
  conclude(true);
  await clock.runTo(calmAt + 35_000);
  const { problems, duplicates } = judge(witness, diaries, history < 100);
  const left: string[] = inhabitants
    .filter(({ client }) => client.connection.state !== 'connected')
    .map(({ client }) => `a client is ${client.connection.state} in the end`);
  for (const { client, scheduler } of inhabitants) {
    void client.dispose();
    if (scheduler.pending() > 0) left.push(`${scheduler.pending()} timers of a client are left`);
  }
  for (const diary of diaries) if (diary.open() > 0) left.push(`${diary.open()} streams are left`);
  await clock.runTo(calmAt + 45_000);
  for (const network of networks) if (network.open() > 0) left.push(`${network.open()} sockets are left`);
  if (emulator.connections.length > 1) left.push('the server still has connections besides the witness');
  emulator.dispose();
  await clock.runTo(calmAt + 50_000);
  if (clock.actions.length > 0) left.push(`${clock.actions.length} actions are left`);
  return {
    problems: [...problems, ...left],
    duplicates,
    resumes: diaries.reduce(
      (sum, { resumes }) => ({
        failed: sum.failed + resumes.failed,
        succeeded: sum.succeeded + resumes.succeeded,
      }),
      { failed: 0, succeeded: 0 },
    ),
    accepted: [...witness.values()].flat().length,
    marks:
      diaries.flatMap(({ entries }) => [...entries.values()].flat()).filter(({ type }) => type === 'mark')
        .length -
      2 * diaries.length,
    rejected: diaries.flatMap(({ publishes }) => publishes).filter(({ error }) => error).length,
    dialled: networks.reduce((sum, network) => sum + network.dialled(), 0),
  };
}
