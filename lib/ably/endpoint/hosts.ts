const letters = ['a', 'b', 'c', 'd', 'e'] as const;

/** REC1, REC2: domains of the service, without ports. */
export interface Hosts {
  readonly primary: string;
  readonly fallbacks: readonly string[];
}

/** The door that all hosts of a client are reached by. */
export interface Door {
  readonly tls: boolean;
  readonly port: number;
}

const isHostname = (endpoint: string): boolean => /\.|:.*:/.test(endpoint) || endpoint === 'localhost';

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
export const inUrl = (host: string): string => (host.includes(':') ? `[${host}]` : host);

/** The origin of a host, as URLs write it: without the port that the scheme implies. */
export const originOf = (scheme: 'http' | 'ws', host: string, { tls, port }: Door): string =>
  `${scheme}${tls ? 's' : ''}://${inUrl(host)}${port === (tls ? 443 : 80) ? '' : `:${port}`}`;

const isName = (host: string): boolean => /^[\w-]+(?:\.[\w-]+)*\.?$/.test(host);
const isIPv6 = (host: string): boolean => /^(?=.*:.*:)(?!.*:::)[\da-f:]+(?:\.\d+){0,3}$/i.test(host);
/** Numbers with points between are an IPv4 address, or nothing. */
const isWrongIPv4 = (host: string): boolean =>
  /^\d[\d.]*\.\d+$/.test(host) && !/^(?:(?:25[0-5]|(?:2[0-4]|1?\d)?\d)(?:\.|$)){4}$/.test(host);

/** Whether an option names a host: also used for `fallbackHosts`. The platform's URL is not asked: React Native's takes anything. */
export const isHost = (host: unknown): boolean =>
  typeof host === 'string' &&
  ((isName(host) && !isWrongIPv4(host)) || isIPv6(/^\[(.*)\]$/.exec(host)?.[1] ?? host));
