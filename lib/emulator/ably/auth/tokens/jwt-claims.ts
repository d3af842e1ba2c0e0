import type { Claims } from './jwt.js';
import type { TokenParams } from './token-params.js';

const hour = 3_600_000;

/** The claims of a JWT issued at `now`, in ms; fractions of seconds are kept. They are not checked. */
export function jwtClaims(params: TokenParams & { readonly revocationKey?: string }, now: number): Claims {
  const { ttl = hour, capability, clientId, revocationKey } = params;
  return {
    iat: now / 1000,
    exp: (now + ttl) / 1000,
    ...(capability !== undefined && {
      'x-ably-capability': typeof capability === 'string' ? capability : JSON.stringify(capability),
    }),
    ...(clientId !== undefined && { 'x-ably-clientId': clientId }),
    ...(revocationKey !== undefined && { 'x-ably-revocation-key': revocationKey }),
  };
}
