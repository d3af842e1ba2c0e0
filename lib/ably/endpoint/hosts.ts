const letters = ['a', 'b', 'c', 'd', 'e'] as const;

/** REC1, REC2: domains of the service, without ports. */
export interface Hosts {
  readonly primary: string;
  readonly fallbacks: readonly string[];
}

const isHostname = (endpoint: string): boolean =>
  endpoint.includes('.') || endpoint.includes('::') || endpoint === 'localhost';

/** An IPv6 address without its brackets, which `inUrl` adds again. */
export const bareHost = (host: string): string => host.replace(/^\[|\]$/g, '');

/** REC1: the domain that an `endpoint` stands for. */
export function primaryHost(endpoint = 'main'): string {
  if (isHostname(endpoint)) return bareHost(endpoint); // REC1b2
  const [kind, id = ''] = endpoint.split(':');
  return kind === 'nonprod'
    ? `${id}.realtime.ably-nonprod.net` // REC1b3
    : `${endpoint}.realtime.ably.net`; // REC1a, REC1b4
}

/** REC2: the fallback domains that an `endpoint` implies. */
export function impliedFallbacks(endpoint = 'main'): readonly string[] {
  if (isHostname(endpoint)) return []; // REC2c2
  const [kind, id = ''] = endpoint.split(':');
  return kind === 'nonprod'
    ? letters.map((letter) => `${id}.${letter}.fallback.ably-realtime-nonprod.com`) // REC2c3
    : letters.map((letter) => `${endpoint}.${letter}.fallback.ably-realtime.com`); // REC2c1, REC2c4
}

/** RSA1: whether a key may be sent to the host without TLS. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);

/** A host as URLs write it: an IPv6 address in brackets. */
export const inUrl = (host: string): string => (host.includes('::') ? `[${host}]` : host);

/** Whether an option names a host: also used for `fallbackHosts`. */
export function isHost(host: unknown): boolean {
  if (typeof host !== 'string' || !/^\[?[\w.:-]+\]?$/.test(host) || /^[^:]*:[^:]*$/.test(host)) return false;
  try {
    return new URL(`wss://${host.startsWith('[') ? host : inUrl(host)}/`).pathname === '/';
  } catch {
    return false;
  }
}
