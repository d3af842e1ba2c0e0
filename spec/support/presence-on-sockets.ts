import { asyncScheduler } from 'rxjs';
import type { Codec } from '../../lib/codec/codec.js';
import { listen } from '../../lib/emulator/index.js';
import { RealtimeClient } from '../../lib/index.js';
import { chaosProxy } from './chaos.js';
import { chanceOf } from './chaos/chance.js';
import { eventually, pass, settings } from './chaos/on-sockets.js';
import { livePresence, type PresencePlan } from './presence-life.js';

/** Lives a plan on real sockets, each client behind a proxy of its own; answers with what is wrong in the end. */
export async function presenceOnSockets(plan: PresencePlan, codec: Codec): Promise<readonly string[]> {
  const random = chanceOf(plan.seed);
  const server = await listen({ connectionStateTtl: 500, maxIdleInterval: 100, syncPageSize: 1, random });
  const inhabitants = await Promise.all(
    ['ann', 'bob'].map(async (clientId) => {
      const proxy = await chaosProxy({ host: server.host, port: server.port, chance: random });
      const { host: endpoint, port, afflict } = proxy;
      const { key } = server;
      const client = new RealtimeClient({ ...settings, key, clientId, endpoint, port, codec, random });
      return { client, proxy, afflict };
    }),
  );
  const { emulator } = server;
  const { calmAt, calm, gather, problems } = livePresence(inhabitants, {
    emulator,
    scheduler: asyncScheduler,
    plan,
  });
  await pass(calmAt);
  calm();
  await eventually(() => inhabitants.every(({ client }) => client.connection.state === 'connected'));
  gather();
  await eventually(() => problems().length === 0);
  const found = problems();
  await Promise.all(inhabitants.map(({ client }) => client.dispose()));
  await eventually(() => inhabitants.every(({ proxy }) => proxy.open() === 0));
  for (const { proxy } of inhabitants) proxy.stop();
  await server.close();
  return found;
}
