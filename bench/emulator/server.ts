/** The emulator of a build, in a process of its own. */
import type * as Library from '../../lib/emulator/index.js';
import { isBuild, load } from '../builds.js';
import { cpuUsed } from '../meter.js';
import { serve } from '../serve.js';

export type EmulatorOrder = { readonly do: 'open'; readonly console?: boolean } | { readonly do: 'cpu' };

const [name = 'ours'] = process.argv.slice(2);
const { listen } = await load<Pick<typeof Library, 'listen'>>(isBuild(name) ? name : 'ours', 'emulator', [
  'listen',
]);

/** Answers with the port that it listens on, or with the microseconds of CPU that it has had. */
async function obey(order: EmulatorOrder): Promise<number> {
  if (order.do === 'cpu') return cpuUsed();
  const { console } = order;
  return (await listen({ keys: ['bench.key:secret'], port: 0, ...(console !== undefined && { console }) }))
    .port;
}

serve<EmulatorOrder>(obey, 'emulator');
