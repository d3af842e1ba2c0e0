/** The emulator, as built into dist, in a process of its own. */
import type * as Library from '../../lib/emulator/index.js';
import { load } from '../builds.js';
import { serve } from '../serve.js';

export interface EmulatorOrder {
  readonly do: 'open';
}

const { listen } = await load<Pick<typeof Library, 'listen'>>('ours', 'emulator', ['listen']);

/** Answers with the port that it listens on. */
const open = async (): Promise<number> => (await listen({ keys: ['bench.key:secret'], port: 0 })).port;

serve<EmulatorOrder>(open, 'emulator');
