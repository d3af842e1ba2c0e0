import { hostName, isLoopback } from '../../emulator/host/loopback.js';
import { UsageError } from '../exit.js';

/** Flags of each server. */
export const serverFlags = {
  port: { type: 'string', default: '0' },
  host: { type: 'string', default: '127.0.0.1' },
  'allow-host': { type: 'string', multiple: true },
  'allow-origin': { type: 'string', multiple: true },
  console: { type: 'boolean', default: false },
  'no-console': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const serverUsage = `  --port <number>        the port to listen on (default: 0, a free one)
  --host <name>          the address to listen on (default: 127.0.0.1)
  --allow-host <name>    a Host to let in beside localhost, may be repeated
  --allow-origin <url>   an origin of pages to let in beside localhost, may be repeated;
                         with * any page gets a token from /auth
  --console              serves the console, at /console/, to others than this machine as well
  --no-console           serves no console
  --help                 shows this text
`;

/** The address to listen on, and the callers that are let in there. */
export interface Callers {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Absent for the server's own default. */
  readonly console?: boolean;
}

interface Values {
  readonly host: string;
  readonly 'allow-host'?: readonly string[] | undefined;
  readonly 'allow-origin'?: readonly string[] | undefined;
  readonly console: boolean;
  readonly 'no-console': boolean;
}

export function callersOf(values: Values): Callers {
  const { host, 'allow-host': allowedHosts = [], 'allow-origin': allowedOrigins = [], console } = values;
  const off = values['no-console'];
  if (console && off)
    throw new UsageError('The options --console and --no-console contradict each other: give one of them.');
  return { host, allowedHosts, allowedOrigins, ...((console || off) && { console }) };
}

/** True where callers of this machine see a console. */
export const isConsoleServed = ({ host, console }: Callers): boolean => console ?? isLoopback(hostName(host));
