import type { Log } from '../log.js';

/**
 * What `read` makes of options; those that it does not ask for are misspelt, or another library's, and told to the log. By
 * what is read, because a list of all names would weigh more than the rest.
 */
export function warnUnknownOptions<T extends object, Made>(
  given: T,
  read: (options: T) => Made,
  logOf: (made: Made) => Log,
): Made {
  const known = new Set<string>();
  const get = (target: T, name: string): unknown => (known.add(name), target[name as keyof T]);
  const made = read(new Proxy(given, { get: get as ProxyHandler<T>['get'] & typeof get })); // nobody reads by symbols
  for (const name of Object.keys(given)) {
    if (known.has(name)) continue;
    const meant = [...known].find((other) => looksOf(other) === looksOf(name));
    const message = `There is no option "${name}": ${meant ? `write "${meant}"` : 'leave it out'}.`;
    logOf(made)('warn', { message });
  }
  return made;
}

/** Names that begin and end alike are taken for each other. */
const looksOf = (name: string): string => (name.slice(0, 3) + name.slice(-1)).toLowerCase();
