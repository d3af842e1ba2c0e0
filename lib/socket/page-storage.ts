import type { PageStorage } from './types.js';

const name = 'rx-realtime.recovery';

/** The tab's session storage, where there is one and the page may use it. */
function storage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    return undefined; // forbidden by the user, or by a sandbox
  }
}

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
      // full: then the next page begins anew
    }
  },
};
