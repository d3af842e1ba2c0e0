/** The emulator's relay, as built into dist, in a process of its own. */
import type * as Library from '../../lib/emulator/index.js';
import { load } from '../builds.js';
import { serve } from '../serve.js';
import type { WalletRelayOrder } from './messages.js';

const { listenRelay } = await load<Pick<typeof Library, 'listenRelay'>>('ours', 'emulator', ['listenRelay']);
const listening = new Map<number, Library.ListeningRelay>();

async function obey(order: WalletRelayOrder): Promise<number | undefined> {
  if (order.do === 'open') {
    const relay = await listenRelay({ port: 0 });
    listening.set(relay.port, relay);
    return relay.port;
  }
  await listening.get(order.port)?.close();
  listening.delete(order.port);
  return undefined;
}

serve(obey, 'relay');
