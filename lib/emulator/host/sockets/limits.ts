/** Bounds of what one socket may take. */
export interface SocketLimits {
  /** In ms: time for a new socket to say its first request, up to the end of its headers; 0 is no limit. Default: 10,000. */
  readonly headersTimeout?: number;
  /** In ms: time for a whole HTTP request, and for its answer to be read; 0 is no limit. Default: 60,000. */
  readonly requestTimeout?: number;
  /** In bytes: data that waits for one WebSocket client to read it; more drops the client. Default: 64 MiB. */
  readonly maxWaiting?: number;
}

const defaults = { headersTimeout: 10_000, requestTimeout: 60_000, maxWaiting: 64 * 1024 * 1024 } as const;

/** Throws a TypeError that names the invalid option. */
export const socketLimitsOf = (options: SocketLimits): Required<SocketLimits> => ({
  headersTimeout: natural('headersTimeout', options),
  requestTimeout: natural('requestTimeout', options),
  maxWaiting: natural('maxWaiting', options),
});

const longest = 2 ** 31 - 1; // a longer timer fires at once

function natural(name: keyof typeof defaults, options: SocketLimits): number {
  const value: unknown = options[name] ?? defaults[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= longest) return value;
  throw new TypeError(
    `The option \`${name}\` is ${String(value)}: give it a whole number from 0 to ${longest}.`,
  );
}

/** Options of Node's server for the limits. It looks for sockets that are over time every so often only. */
export const serverOptionsOf = ({ headersTimeout, requestTimeout }: Required<SocketLimits>) => ({
  headersTimeout: requestTimeout === 0 ? headersTimeout : Math.min(headersTimeout, requestTimeout), // Node refuses a longer one
  requestTimeout,
  connectionsCheckingInterval: Math.min(1000, ...[headersTimeout, requestTimeout].filter((ms) => ms > 0)),
});
