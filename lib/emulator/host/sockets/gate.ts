import type { IncomingMessage } from 'node:http';
import { hostName, isLoopback, isLoopbackOrigin, parseAuthority } from '../loopback.js';

/** Callers that are let in besides those of this machine. */
export interface AllowedCallers {
  /** Names or addresses in the Host header, without a port; `*` is any. Default: those of loopback, and `host`. */
  readonly allowedHosts?: readonly string[];
  /**
   * Origins of pages, like `https://app.example`; `null` for pages without one, `*` for any. Default: those of loopback.
   * Requests without an Origin, which browsers do not send across origins, need none.
   */
  readonly allowedOrigins?: readonly string[];
}

/** Reason to refuse a request, and its HTTP status. */
export interface Refusal {
  readonly status: 400 | 403;
  readonly reason: string;
}

/** Decides about a request by its Host and Origin; undefined when it is let in. */
export type Gate = (request: Pick<IncomingMessage, 'headersDistinct'>) => Refusal | undefined;

/**
 * Lets in programs and pages of this machine. The Host keeps out a foreign name that leads here (DNS rebinding), the
 * Origin keeps out foreign pages. Throws a TypeError on a malformed entry.
 */
export function gateOf(host: string, { allowedHosts = [], allowedOrigins = [] }: AllowedCallers): Gate {
  const hosts = new Set([hostName(host), ...allowedHosts.map(hostEntry)]);
  const origins = new Set(allowedOrigins.map(originEntry));
  const isHost = (name: string): boolean => isLoopback(name) || hosts.has(name) || hosts.has('*');
  const isOrigin = (origin: string, hostHeader: string): boolean =>
    isLoopbackOrigin(origin) ||
    origins.has(normalOrigin(origin)) ||
    origins.has('*') ||
    origin.toLowerCase().replace(/^https?:\/\//, '') === hostHeader.toLowerCase(); // a page of this very server
  return ({ headersDistinct }) => {
    const [hostHeader, ...moreHosts] = headersDistinct['host'] ?? [];
    if (hostHeader === undefined || moreHosts.length > 0)
      return { status: 400, reason: 'The request has no Host header, or several: send one.' };
    const name = parseAuthority(hostHeader)?.name;
    if (name === undefined || !isHost(name)) return notAllowed('Host', hostHeader);
    const [origin, ...moreOrigins] = headersDistinct['origin'] ?? [];
    if (origin === undefined) return undefined;
    if (moreOrigins.length > 0) return notAllowed('Origin', [origin, ...moreOrigins].join(', '));
    return isOrigin(origin, hostHeader) ? undefined : notAllowed('Origin', origin);
  };
}

const notAllowed = (header: 'Host' | 'Origin', value: string): Refusal => ({
  status: 403,
  reason: `The ${header} ${shown(value)} is not let in: name it in the option \`allowed${header}s\`, or by --allow-${header.toLowerCase()}.`,
});

/** A header's value for a message: short, and without what a terminal could take for a command. */
const shown = (value: string): string => `"${value.slice(0, 100).replace(/[^\x20-\x7e]|["\\]/g, '?')}"`;

function hostEntry(entry: unknown): string {
  const name = entry === '*' ? '*' : typeof entry === 'string' ? hostName(entry) : undefined;
  if (name !== undefined) return name;
  throw new TypeError(
    `The option \`allowedHosts\` holds ${String(entry)}: give a name or an address without scheme and port, as "ably.test", or "*".`,
  );
}

function originEntry(entry: unknown): string {
  if (entry === '*' || entry === 'null') return entry;
  const text = typeof entry === 'string' ? entry.replace(/(?<=[^/])\/$/, '') : '';
  const [, scheme = '', authority = ''] = /^([a-z][a-z\d+.-]*:\/\/)(.*)$/i.exec(text) ?? [];
  if (scheme !== '' && (parseAuthority(authority) || /^file:/i.test(scheme))) return normalOrigin(text);
  throw new TypeError(
    `The option \`allowedOrigins\` holds ${String(entry)}: give an origin without a path, as "https://app.example", or "null", or "*".`,
  );
}

/** An origin in lower case, without the usual port. */
const normalOrigin = (origin: string): string =>
  origin.toLowerCase().replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2');
