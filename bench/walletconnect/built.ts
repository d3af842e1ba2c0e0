import type * as Relay from '../../lib/relay/index.js';
import type * as Library from '../../lib/walletconnect.js';
import { type BuildName, load } from '../builds.js';
import type { GiveRelayer } from './contestant.js';

/** The relayer that is built into dist, of either build. */
export const giveBy =
  (build: BuildName): GiveRelayer =>
  async (core, relayUrl) => {
    const { RelayClient } = await load<Pick<typeof Relay, 'RelayClient'>>(build, 'relay', ['RelayClient']);
    const { relayerOf } = await load<Pick<typeof Library, 'relayerOf'>>(build, 'walletconnect', [
      'relayerOf',
    ]);
    core.relayer = relayerOf(
      core as unknown as Parameters<typeof relayerOf>[0],
      new RelayClient({ relayUrl, log: () => {} }),
    );
  };
