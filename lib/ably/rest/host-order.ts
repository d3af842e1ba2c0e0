import type { SchedulerLike } from 'rxjs';
import { steady } from '../../rx/clock.js';
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

/** The hosts of a client's requests, in the order in which the next request asks them. */
export interface RequestHosts {
  readonly order: () => readonly string[];
  /** A host answered a request, or could not serve it (RSC15l). */
  readonly heard: (host: string, served: boolean) => void;
}

/** RSC15f: begins with the fallback that answered last, for `fallbackRetryTimeout` and until it fails; else as `hostOrder`. */
export function rememberingHosts(
  connectedTo: () => string | undefined,
  settings: HostOrderSettings & { readonly fallbackRetryTimeout: number; readonly scheduler: SchedulerLike },
): RequestHosts {
  const { hosts, fallbackRetryTimeout } = settings;
  const now = steady(settings.scheduler);
  let kept: { readonly host: string; readonly until: number } | undefined;
  return {
    order: () => {
      const order = hostOrder(connectedTo(), settings);
      if (kept && now() >= kept.until) kept = undefined;
      return [...new Set([...(kept ? [kept.host] : []), ...order])];
    },
    heard: (host, served) => {
      if (host === kept?.host) {
        if (!served) kept = undefined;
      } else if (served && host !== (connectedTo() ?? hosts.primary))
        kept = { host, until: now() + fallbackRetryTimeout };
    },
  };
}
