import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './exit.js';

type Flags = NonNullable<ParseArgsConfig['options']>;
type Parsed<F extends Flags> = ReturnType<
  typeof parseArgs<{ args: string[]; options: F; allowPositionals: true }>
>;

/** The values of these flags in a command line, and the words between them. Throws a UsageError for other flags. */
export function parsed<F extends Flags>(args: readonly string[], options: F): Parsed<F> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    throw new UsageError(message.replace(/\s*\n\s*/g, ' ')); // Node gives some advice in lines of its own
  }
}

/**
 * Lets a flag stand without its value, which parseArgs does not know: `--emulator` becomes `--emulator=8080`, and
 * `--emulator 9000` becomes `--emulator=9000`. The word behind it is its value where that is a number.
 */
export function withDefault(args: readonly string[], flag: string, value: string): readonly string[] {
  const end = args.indexOf('--');
  const at = args.indexOf(flag);
  if (at < 0 || (end >= 0 && end < at)) return args;
  const next = args[at + 1];
  const isGiven = next !== undefined && /^\d+$/.test(next);
  return [...args.slice(0, at), `${flag}=${isGiven ? next : value}`, ...args.slice(at + (isGiven ? 2 : 1))];
}

/** Throws a UsageError when an option is given that would have no effect. */
export function refuse<V extends object>(values: V, names: readonly (keyof V & string)[], why: string): void {
  const found = names.find((name) => values[name] !== undefined && values[name] !== false);
  if (found !== undefined) throw new UsageError(`The option --${found} ${why}.`);
}

/** A port to listen on: 0 is a free one. */
export const portOf = (text: string): number => portFrom(0, text);

/** The port of a server that is to be asked. */
export const remotePortOf = (text: string): number => portFrom(1, text);

function portFrom(least: number, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) >= least && Number(text) < 65_536) return Number(text);
  throw new UsageError(`The port "${text}" is not valid: give a number from ${String(least)} to 65535.`);
}

/** The name of a channel or topic. Throws a UsageError where it is empty, as that of a variable which is not set. */
export function nameOf(kind: 'channel' | 'topic', name: string): string {
  if (name !== '') return name;
  throw new UsageError(`The name of the ${kind} is empty: is a variable of the shell not set?`);
}

/** A whole number of a flag; undefined where the flag is not given. */
export function numberOf(
  flag: string,
  text: string | undefined,
  [least, most]: readonly [least: number, most: number],
): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new UsageError(
    `The option --${flag} is "${text}": give a whole number from ${String(least)} to ${String(most)}.`,
  );
}

const units: Readonly<Record<string, number>> = {
  ...{ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 },
};

/** Milliseconds of a text like `500ms`, `10s`, `5m`, `2h` or `1d`; undefined where it is none. */
export function durationOf(text: string): number | undefined {
  const [, amount, unit = ''] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(text) ?? [];
  return amount === undefined ? undefined : Number(amount) * (units[unit] ?? 1);
}

/** The JSON of a flag. Throws a UsageError on anything else. */
export function jsonIn(flag: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`The option --${flag} is not JSON: write it like '{"a":1}', in single quotes.`);
  }
}

/** The JSON object of a flag. Throws a UsageError on anything else. */
export function objectIn(flag: string, text: string): Readonly<Record<string, unknown>> {
  const value = jsonIn(flag, text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value))
    return value as Readonly<Record<string, unknown>>;
  throw new UsageError(`The option --${flag} is not an object: write it like '{"a":1}', in single quotes.`);
}
