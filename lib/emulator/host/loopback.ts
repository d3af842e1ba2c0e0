/** Name of a host and its port, which is empty for the usual one of http. */
export interface Authority {
  /** In lower case, without a trailing dot; addresses in their usual form, IPv6 in brackets. */
  readonly name: string;
  readonly port: string;
}

const form = /^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/i; // neither a user nor a path, which `URL` would take

/** Splits a Host header, or the part of a URL that is like one; undefined when it is malformed. */
export function parseAuthority(text: string): Authority | undefined {
  if (!form.test(text)) return undefined;
  try {
    const { hostname, port } = new URL(`http://${text}`);
    return { name: hostname.replace(/\.$/, ''), port };
  } catch {
    return undefined;
  }
}

/** The name of a host in the form of `Authority`, from one without a port; IPv6 with or without brackets. */
export function hostName(text: string): string | undefined {
  const bracketed = text.includes(':') && !text.startsWith('[') ? `[${text}]` : text;
  return /:\d+$/.test(bracketed) ? undefined : parseAuthority(bracketed)?.name;
}

const loopback = /^(?:.+\.)?localhost$|^127(?:\.\d+){3}$|^\[::1\]$|^\[::ffff:7f[\da-f]{2}:[\da-f]+\]$/;

/** True for a name, as `Authority` has it, that leads to this machine whatever a DNS server says. */
export const isLoopback = (name: string | undefined): boolean => name !== undefined && loopback.test(name);

/** True for the Host header of a request to this machine. */
export const isLoopbackHost = (host: string): boolean => isLoopback(parseAuthority(host)?.name);

/** True for the origin of a page that this machine serves. */
export const isLoopbackOrigin = (origin: string): boolean =>
  /^https?:\/\//i.test(origin) && isLoopbackHost(origin.replace(/^.*?\/\//, ''));
