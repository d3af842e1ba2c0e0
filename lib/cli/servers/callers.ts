/** Flags of each server. */
export const serverFlags = {
  port: { type: 'string', default: '0' },
  host: { type: 'string', default: '127.0.0.1' },
  'allow-host': { type: 'string', multiple: true },
  'allow-origin': { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const serverUsage = `  --port <number>        the port to listen on (default: 0, a free one)
  --host <name>          the address to listen on (default: 127.0.0.1)
  --allow-host <name>    a Host to let in beside localhost, may be repeated
  --allow-origin <url>   an origin of pages to let in beside localhost, may be repeated
  --help                 shows this text
`;

/** The address to listen on, and the callers that are let in there. */
export interface Callers {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

interface Values {
  readonly host: string;
  readonly 'allow-host'?: readonly string[] | undefined;
  readonly 'allow-origin'?: readonly string[] | undefined;
}

export const callersOf = ({
  host,
  'allow-host': allowedHosts = [],
  'allow-origin': allowedOrigins = [],
}: Values): Callers => ({ host, allowedHosts, allowedOrigins });
