import type { PageStorage } from './types.js';

const inUse = new Set<string>();

/** The tab's session storage; `undefined` where there is none, or where the page may not use it. */
function storage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined; // forbidden by the user, or by a sandbox
  }
}

/**
 * Keeps the recovery key of a client in the tab's session storage. Of several with one name in a page the second has the
 * name with a 2, and so on: the next page makes them in the same order.
 */
export function pageStorage(wanted: string): PageStorage {
  const base = ['rx-realtime.recovery', wanted].filter((part) => part !== '').join('.');
  let name = base;
  for (let number = 2; inUse.has(name); number += 1) name = `${base}.${number}`;
  inUse.add(name);
  return {
    take: () => {
      const kept = storage()?.getItem(name) ?? null;
      storage()?.removeItem(name);
      return kept;
    },
    keep: (text) => {
      try {
        if (text === null) storage()?.removeItem(name);
        else storage()?.setItem(name, text);
      } catch {
        // full: the next page begins without it
      }
    },
    free: () => inUse.delete(name),
  };
}
