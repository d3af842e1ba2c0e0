import type { Settings } from '../client/settings.js';

/** RTN17e, RSC15a: the host at hand (or the primary one), then fallbacks by chance, at most `httpMaxRetryCount` (TO3l5). */
export function hostOrder(
  connectedTo: string | undefined,
  {
    hosts: { primary, fallbacks },
    random,
    httpMaxRetryCount,
  }: Pick<Settings, 'hosts' | 'random' | 'httpMaxRetryCount'>,
): readonly string[] {
  const first = connectedTo ?? primary;
  const others = fallbacks
    .filter((host) => host !== first)
    .map((host) => ({ host, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, httpMaxRetryCount);
  return [first, ...others.map(({ host }) => host)];
}
