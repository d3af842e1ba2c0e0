import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A mistake on the command line; ends the process with code 2. */
export class UsageError extends Error {}

type Flags = NonNullable<ParseArgsConfig['options']>;
type Parsed<F extends Flags> = ReturnType<
  typeof parseArgs<{ args: string[]; options: F; allowPositionals: true }>
>;

/** The values of these flags in a command line, and the words between them. Throws a UsageError for other flags. */
export function parsed<F extends Flags>(args: readonly string[], options: F): Parsed<F> {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

/** Throws a UsageError when an option is given that would have no effect. */
export function refuse<V extends object>(values: V, names: readonly (keyof V & string)[], why: string): void {
  const found = names.find((name) => values[name] !== undefined && values[name] !== false);
  if (found !== undefined) throw new UsageError(`The option --${found} ${why}.`);
}

export function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new UsageError(`The port "${text}" is not valid: give a number from 0 to 65535.`);
}
