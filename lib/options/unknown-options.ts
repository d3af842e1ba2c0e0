import type { Log } from '../log.js';

/** Logs each option that is not among the known ones: it is misspelt, or another library's. */
export function warnUnknownOptions(given: object, known: readonly string[], log: Log): void {
  for (const name of Object.keys(given)) {
    if (known.includes(name)) continue;
    const meant = known.find((other) => looksOf(other) === looksOf(name));
    const message = `There is no option "${name}": ${meant ? `write "${meant}"` : 'leave it out'}.`;
    log('warn', { message });
  }
}

/** Names that begin and end alike are taken for each other. */
const looksOf = (name: string): string => (name.slice(0, 3) + name.slice(-1)).toLowerCase();
