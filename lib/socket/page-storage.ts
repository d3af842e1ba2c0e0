import type { PageStorage } from './types.js';

const name = 'rx-realtime.recovery';

/** The tab's session storage; `undefined` where there is none, or where the page may not use it. */
function storage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined; // forbidden by the user, or by a sandbox
  }
}

/** Keeps the recovery key in the tab's session storage. */
export const pageStorage: PageStorage = {
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
};
