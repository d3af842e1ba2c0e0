import type { Authority } from './auth/authority.js';
import { jwtClaims } from './auth/tokens/jwt-claims.js';
import { signJwt } from './auth/tokens/jwt.js';
import type { RestContext } from './rest/rest-context.js';
import type { RevokeOptions, Revoked } from './auth/revocations.js';
import type { TokenDetails } from './auth/tokens/token-details.js';
import type { TokenParams } from './auth/tokens/token-params.js';

/** Key that signs a token. Default: the first one. */
interface OfKey {
  /** `app.key`, without the secret. */
  readonly keyName?: string;
}

/** Commands about tokens, without HTTP. */
export interface TokenCommands {
  /** A token as `requestToken` issues one. Throws the ErrorInfo that would be the answer. */
  issueToken(params?: TokenParams & OfKey): TokenDetails;
  /** A JWT signed by a key. It is checked only when it is used: a `ttl` below zero makes an expired one. */
  issueJwt(params?: TokenParams & OfKey & { readonly revocationKey?: string }): string;
  /** RSA17: revokes a key's tokens for a target, as `clientId:ann`, `revocationKey:x` or `channel:chat`. Throws an ErrorInfo. */
  revoke(target: string, options?: RevokeOptions & OfKey): Revoked;
}

interface Dependencies {
  /** Name of the key that is used when none is given. */
  readonly defaultKeyName: string;
  readonly revoke: RestContext['revoke'];
}

export function tokenCommands(authority: Authority, { defaultKeyName, revoke }: Dependencies): TokenCommands {
  return {
    issueToken: ({ keyName = defaultKeyName, capability, ...params } = {}) => {
      const text = typeof capability === 'object' ? JSON.stringify(capability) : capability;
      return authority.issue(keyName, { ...params, capability: text });
    },
    issueJwt: ({ keyName = defaultKeyName, ...params } = {}) =>
      signJwt(authority.findKey(keyName).key, jwtClaims(params, authority.revocations.issueTime())),
    revoke: (target, { keyName = defaultKeyName, ...options } = {}) =>
      revoke(authority.findKey(keyName).key, target, { ...options }),
  };
}
