import { randomText } from '../../../../rx/clock.js';
import type { App, Key } from '../apps.js';
import type { Caller, Token } from '../caller.js';
import type { TokenGrant } from './token-grant.js';

/** Opaque tokens that were issued here. */
export interface IssuedTokens {
  readonly issue: (
    issuer: { readonly app: App; readonly key: Key },
    grant: TokenGrant,
    issued: number,
  ) => Caller & { readonly token: Token };
  /** Undefined for an unknown token, or one issued too long ago. */
  readonly find: (text: string) => Caller | undefined;
}

const maxTokens = 100_000;

/** Keeps the latest 100,000 tokens, expired ones included, to tell them apart from unknown texts. */
export function issuedTokens(random: () => number): IssuedTokens {
  const byText = new Map<string, Caller>();
  let count = 0;
  return {
    issue: ({ app, key }, { ttl, capability, clientId }, issued) => {
      count += 1; // keeps tokens unique, whatever `random` returns
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

/** Deletes the entry that was added first. */
export function forgetOldest(map: Map<string, unknown>): void {
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}
