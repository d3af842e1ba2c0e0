import type { Authority } from './auth/authority.js';
import { jwtClaims } from './auth/tokens/jwt-claims.js';
import { signJwt } from './auth/tokens/jwt.js';
import type { Context } from './rest/rest-context.js';
import type { Emulator } from './server.js';

interface Facts {
  /** The name of the key that is meant where none is named. */
  readonly first: string;
  readonly revoke: Context['revoke'];
}

/** What those who hold the emulator can do about tokens without asking over HTTP. */
export function issuing(
  authority: Authority,
  { first, revoke }: Facts,
): Pick<Emulator, 'issueToken' | 'issueJwt' | 'revoke'> {
  return {
    issueToken: ({ keyName = first, capability, ...params } = {}) => {
      const text = typeof capability === 'object' ? JSON.stringify(capability) : capability;
      return authority.issue(keyName, { ...params, capability: text });
    },
    issueJwt: ({ keyName = first, ...params } = {}) =>
      signJwt(authority.keyNamed(keyName).key, jwtClaims(params, authority.revocations.issueTime())),
    revoke: (target, { keyName = first, ...options } = {}) =>
      revoke(authority.keyNamed(keyName).key, target, { ...options }),
  };
}
