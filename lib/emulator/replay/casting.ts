import type { RecordedChain, RecordedTransport } from './read-recording.js';

/** A chain that is played to a client, and the transports of it that were. */
interface Playing {
  readonly chain: RecordedChain;
  played: number;
}

/** A recorded transport for a client. */
export interface Role {
  readonly transport: RecordedTransport;
  /** True where it is one more transport of the connection that was played to the client before. */
  readonly goesOn: boolean;
  /** True where another transport of its chain comes later. */
  readonly isFollowed: boolean;
  /** Gives the next transport of the chain to the client of this id. */
  readonly remember: (id: string) => void;
}

/**
 * Chooses for each client that connects, by the id that it brings along: the next transport of its own chain, or else the
 * first chain that was not taken, and the only one each time. Returns undefined where there is none.
 */
export function castingOf(chains: readonly RecordedChain[]): (id: string | undefined) => Role | undefined {
  const playing = new Map<string, Playing>();
  let taken = 0;
  const next = (): Playing | undefined => {
    const chain = chains[chains.length === 1 ? 0 : taken];
    taken += 1;
    return chain && { chain, played: 0 };
  };
  return (id) => {
    const chosen = (id === undefined ? undefined : playing.get(id)) ?? next();
    const transport = chosen?.chain[chosen.played];
    if (!chosen || !transport) return undefined;
    const last = chosen.chain[chosen.played - 1];
    chosen.played += 1;
    return {
      transport,
      goesOn: last?.opening.connection === transport.opening.connection,
      isFollowed: chosen.played < chosen.chain.length,
      remember: (later) => void playing.set(later, chosen),
    };
  };
}
