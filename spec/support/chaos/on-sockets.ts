import { asyncScheduler, firstValueFrom, timer } from 'rxjs';
import type { Codec } from '../../../lib/codec/codec.js';
import { listen } from '../../../lib/emulator/index.js';
import { RealtimeClient } from '../../../lib/index.js';
import { type ChaosProxy, chaosProxy } from '../chaos.js';
import { chanceOf } from './chance.js';
import { maxFrameSize } from './diary.js';
import { type Inhabitant, live, type Plan } from './life.js';
import { judge, type Verdict } from './verdict.js';

/** Options of clients that are to be fast in real time. */
export const settings = {
  tls: false,
  disconnectedRetryTimeout: 50,
  suspendedRetryTimeout: 100,
  channelRetryTimeout: 50,
  realtimeRequestTimeout: 300,
  log: () => undefined,
};

/** Lets real time pass. */
export const pass = (ms: number): Promise<unknown> => firstValueFrom(timer(ms, asyncScheduler));

/** Asks again and again whether it is so, for as long as real machines may take. */
export async function eventually(isSo: () => boolean): Promise<boolean> {
  for (let waited = 0; waited < 6000; waited += 20) {
    if (isSo()) return true;
    await pass(20);
  }
  return isSo();
}

/** Lives a plan on real sockets, each client behind a proxy of its own, and looks whether anything is wrong or left over. */
export async function lifeOnSockets(
  plan: Plan,
  codec: Codec,
): Promise<Verdict & { readonly dialled: number }> {
  const chance = chanceOf(plan.seed);
  const server = await listen({
    connectionStateTtl: 500,
    maxIdleInterval: 100,
    maxFrameSize,
    random: chance,
  });
  const inhabitantBehind = (proxy: ChaosProxy, recover?: string) => {
    const { host: endpoint, port, afflict } = proxy;
    const { key } = server;
    const client = new RealtimeClient({ ...settings, key, endpoint, port, codec, random: chance, recover });
    return { client, proxy, afflict };
  };
  const { host, port } = server;
  const proxies = await Promise.all([0, 1].map(() => chaosProxy({ host, port, chance })));
  const inhabitants = proxies.map((proxy) => inhabitantBehind(proxy));
  const inherit = (of: number, recover: string): Inhabitant => {
    const heir = inhabitantBehind(inhabitants[of]!.proxy, recover);
    inhabitants.push(heir);
    return heir;
  };
  const { emulator } = server;
  const { witness, diaries, calmAt, conclude } = live(inhabitants, {
    emulator,
    scheduler: asyncScheduler,
    plan,
    inherit,
  });
  await pass(calmAt);
  await eventually(() => inhabitants.every(({ client }) => client.connection.state === 'connected'));
  conclude(false); // a busy machine answers too late
  await eventually(() => judge(witness, diaries).problems.length === 0);
  const { problems, duplicates } = judge(witness, diaries);
  const left: string[] = [];
  for (const { client } of inhabitants) await client.dispose();
  for (const diary of diaries) if (diary.open() > 0) left.push(`${diary.open()} streams are left`);
  const areAllClosed = (): boolean => proxies.every((proxy) => proxy.open() === 0);
  if (!(await eventually(areAllClosed))) left.push('sockets are left');
  if (emulator.connections.length > 1) left.push('the server still has connections besides the witness');
  for (const proxy of proxies) proxy.stop();
  await server.close();
  const dialled = proxies.reduce((sum, proxy) => sum + proxy.dialled(), 0);
  return { problems: [...problems, ...left], duplicates, dialled };
}
