import type { Hosts } from '../endpoint/hosts.js';

export interface HostOrderSettings {
  readonly hosts: Hosts;
  readonly random: () => number;
  /** TO3l5: how many fallbacks are tried. */
  readonly httpMaxRetryCount: number;
}

/** RTN17e, RSC15a: the host that the connection is on, or else the primary one; then fallbacks in random order. */
export function hostOrder(
  connectedTo: string | undefined,
  { hosts: { primary, fallbacks }, random, httpMaxRetryCount }: HostOrderSettings,
): readonly string[] {
  const first = connectedTo ?? primary;
  const others = fallbacks
    .filter((host) => host !== first)
    .map((host) => ({ host, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, httpMaxRetryCount);
  return [first, ...others.map(({ host }) => host)];
}
