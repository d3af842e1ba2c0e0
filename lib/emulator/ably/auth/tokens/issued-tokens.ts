import { randomText } from '../../../../rx/clock.js';
import type { App, Key } from '../apps.js';
import type { Caller, Token } from '../caller.js';
import type { TokenGrant } from './token-grant.js';

/** The tokens that were given out: opaque texts, which mean something here only. */
export interface IssuedTokens {
  readonly issue: (
    owner: { readonly app: App; readonly key: Key },
    terms: TokenGrant,
    issued: number,
  ) => Caller & { readonly token: Token };
  /** Undefined for one that was never given out, or so long ago that nobody knows. */
  readonly find: (text: string) => Caller | undefined;
}

const maxTokens = 100_000;

/** Remembers the latest 100,000, expired ones too, so that these can be told apart from texts that are none. */
export function issuedTokens(random: () => number): IssuedTokens {
  const byText = new Map<string, Caller>();
  let count = 0;
  return {
    issue: ({ app, key }, { ttl, capability, clientId }, issued) => {
      count += 1; // no two are alike, whatever `random` is
      const text = `${app.id}.emulated-${randomText(20, random)}${count.toString(36)}`;
      const token = { text, issued, expires: issued + ttl, revocationKey: undefined };
      const caller = { app, key, token, clientId, capability };
      byText.set(text, caller);
      if (byText.size > maxTokens) forgetOldest(byText);
      return caller;
    },
    find: (text) => byText.get(text),
  };
}

/** Lets go of what was put in first. */
export function forgetOldest(map: Map<string, unknown>): void {
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
