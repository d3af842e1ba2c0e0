import type { Log } from '../log.js';

/** Logs a warning for each option that none of the tables names: it is misspelt, or another library's. */
export function warnUnknown(given: object, tables: readonly object[], log: Log): void {
  const known = tables.flatMap((table) => Object.keys(table));
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const meant = known.find((other) => lookOf(other) === lookOf(name));
    log('warn', { message: `There is no option "${name}": ${meant ? `write "${meant}"` : 'leave it out'}.` });
  }
}

/** Gives the same text for names that begin and end alike. */
const lookOf = (name: string): string => (name.slice(0, 3) + name.slice(-1)).toLowerCase();
