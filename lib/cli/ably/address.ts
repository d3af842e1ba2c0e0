import { isLoopback } from '../../ably/endpoint/hosts.js';
import { UsageError } from '../exit.js';
import { remotePortOf } from '../parse.js';

/** Options of a client that say which server it asks. */
export interface Address {
  readonly endpoint?: string;
  readonly tls?: boolean;
  readonly port?: number;
  readonly tlsPort?: number;
  /** True for a server of this machine. */
  readonly isLocal?: boolean;
}

export const emulatorAddress = (port: string): Address => ({
  endpoint: '127.0.0.1',
  tls: false,
  port: remotePortOf(port),
  isLocal: true,
});

/** Reads what is typed as an endpoint: a routing policy, a host, host:port, or a URL. Throws a UsageError on a URL that is none. */
export function addressOf(text: string): Address {
  const [, scheme, rest = ''] = /^(https?|wss?):\/\/(.*?)\/?$/i.exec(text) ?? [];
  const [, host = '', port] =
    /^(\[[\da-f:.]+\]|[^:/]*)(?::(\d+))?$/i.exec(scheme === undefined ? text : rest) ?? [];
  if (scheme === undefined && port === undefined)
    return { endpoint: text, ...(isLoopback(text) && { isLocal: true }) };
  if (host === '')
    throw new UsageError(
      'The endpoint is not valid: give a host, host:port, or a URL without user and path, like http://127.0.0.1:8080.',
    );
  const isLocal = isLoopback(host);
  const isPlain = scheme === undefined ? isLocal : /^(http|ws)$/i.test(scheme);
  return {
    endpoint: host,
    ...(isPlain && { tls: false }),
    ...(port !== undefined && { [isPlain ? 'port' : 'tlsPort']: remotePortOf(port) }),
    ...(isLocal && { isLocal }),
  };
}
