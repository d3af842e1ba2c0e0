import { invalid } from './relay-error.js';
import type { RelayOptions } from './relay-options.js';

interface Kind {
  readonly includes: (value: unknown) => boolean;
  readonly problem: string;
}

const flag: Kind = { includes: (value) => typeof value === 'boolean', problem: 'has to be true or false' };
const functionKind: Kind = {
  includes: (value) => typeof value === 'function',
  problem: 'has to be a function',
};
const text: Kind = {
  includes: (value) => typeof value === 'string' && value !== '',
  problem: 'has to be a string that is not empty',
};
const oneOf = (...values: readonly unknown[]): Kind => ({
  includes: (value) => values.includes(value),
  problem: `has to be one of ${values.map((value) => (typeof value === 'string' ? `'${value}'` : String(value))).join(', ')}`,
});
const object = (...methods: readonly string[]): Kind => ({
  includes: (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function'),
  problem: `has to be an object${methods.length > 0 ? ` with the methods ${methods.join(' and ')}` : ''}`,
});

/** What the types say, for those who have none. */
const kinds: Readonly<Partial<Record<keyof RelayOptions, Kind>>> = {
  projectId: text,
  relayUrl: text,
  ua: text,
  storage: object('getItem', 'setItem'),
  bearerToken: flag,
  failFast: flag,
  autoConnect: oneOf('onDemand', true, false),
  idFormat: oneOf('string', 'number'),
  dedupe: object(),
  queue: object(),
  webSocketCtor: functionKind,
  lifecycle$: object('subscribe'),
  scheduler: object('schedule', 'now'),
  random: functionKind,
  log: functionKind,
};

/** Throws an error that names the first option of the wrong kind. */
export function checkKinds(options: { readonly [name in keyof RelayOptions]?: unknown }): void {
  if (typeof options !== 'object') throw invalid('options', 'have to be an object');
  for (const [name, { includes, problem }] of Object.entries(kinds)) {
    const value = options[name as keyof RelayOptions];
    if (value !== undefined && value !== null && !includes(value)) throw invalid(name, problem);
  }
}

interface Range {
  readonly fallback: number;
  readonly least: number;
  readonly most: number;
  readonly prefix?: string;
}

/** A number of a range. */
export function countIn<N extends string>(
  options: { readonly [name in N]?: unknown },
  name: N,
  { fallback, least, most, prefix = '' }: Range,
): number {
  const value = options[name];
  if (value === undefined || value === null) return fallback;
  if (typeof value === 'number' && value >= least && value <= most) return value;
  const said = typeof value === 'number' ? value : `of type ${typeof value}`;
  throw invalid(`${prefix}${name}`, `has to be a number from ${least} to ${most}; it was ${said}`);
}
