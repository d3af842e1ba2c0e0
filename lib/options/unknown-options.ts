import type { Log } from '../base/log.js';

/** Advice for names of another library, by name; each goes on from "There is no option …: ". */
export type Elsewhere = ReadonlyMap<string, string>;

/** Makes the advice of rows: each is an advice, and the names that it is for. */
export const elsewhereOf = (rows: readonly (readonly [advice: string, names: string])[]): Elsewhere =>
  new Map(rows.flatMap(([advice, names]) => names.split(' ').map((name) => [name, advice] as const)));

/** Logs a warning for each option that none of the tables names: it is misspelt, or another library's. */
export function warnUnknown(
  given: object,
  tables: readonly object[],
  log: Log,
  elsewhere: Elsewhere = new Map(),
): void {
  for (const name of Object.keys(given)) {
    if (tables.some((table) => Object.hasOwn(table, name))) continue;
    const advice =
      elsewhere.get(name) ??
      adviceFor(
        name,
        tables.flatMap((table) => Object.keys(table)),
      );
    log('warn', { message: `There is no option "${name}": ${advice}.` });
  }
}

/** Warnings that each log has had. */
const warned = new WeakMap<Log, Set<string>>();

/** Logs a warning for each field of an argument that `known` does not name, the first time that the log is told of it. */
export function warnFields(given: unknown, known: object, log: Log, where: string): void {
  if (typeof given !== 'object' || given === null) return;
  for (const name in given) {
    if (!(name in known) && Object.hasOwn(given, name)) warnOnce(log, noField(name, known, where));
  }
}

/** Logs a warning, the first time that the log is told of it. */
export function warnOnce(log: Log, message: string): void {
  const before = warned.get(log) ?? new Set();
  warned.set(log, before);
  if (before.has(message)) return;
  before.add(message);
  log('warn', { message });
}

/** The text about the first field that `known` does not name; `undefined` where there is none. */
export function unknownField(given: object, known: object, where: string): string | undefined {
  const name = Object.keys(given).find((key) => !(key in known));
  return name === undefined ? undefined : noField(name, known, where);
}

const noField = (name: string, known: object, where: string): string =>
  `There is no field "${name}" in ${where}: ${adviceFor(name, Object.keys(known))}.`;

function adviceFor(name: string, known: readonly string[]): string {
  const meant = known.find((other) => isAlike(name, other));
  return meant === undefined ? 'leave it out' : `write "${meant}"`;
}

/** Whether the two begin and end alike, with no more than a third, or one letter, of difference between. */
function isAlike(given: string, other: string): boolean {
  const [a, b] = [given, other].map((text) => text.toLowerCase().replace(/[_-]/g, '')) as [string, string];
  let [start, end] = [0, 0];
  while (start < a.length && a[start] === b[start]) start += 1;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  return Math.max(a.length, b.length) - start - end <= Math.max(1, b.length / 3);
}
