import { getPublicKey } from '@noble/ed25519';
import { didKeyOf } from '../auth/did-key.js';
import { signedJwt } from '../auth/jwt.js';
import type { RelaySettings } from '../settings.js';

/** The key with which a relay signs what it tells to webhooks. */
export interface RelayKey {
  /** Its did:key. */
  readonly id: string;
  /** Makes a JWT, valid for five minutes. */
  readonly sign: (claims: object) => string;
}

const lifetime = 300; // seconds

/** Makes the key on first use, by the relay's own chance. */
export function relayKey({ random, scheduler }: Pick<RelaySettings, 'random' | 'scheduler'>): RelayKey {
  let made: { readonly seed: Uint8Array; readonly id: string } | undefined;
  const keyOf = (): NonNullable<typeof made> => {
    if (made) return made;
    const seed = Uint8Array.from({ length: 32 }, () => Math.floor(random() * 256));
    return (made = { seed, id: didKeyOf(getPublicKey(seed)) });
  };
  return {
    get id() {
      return keyOf().id;
    },
    sign: (claims) => {
      const { seed, id } = keyOf();
      const issuedAt = Math.floor(scheduler.now() / 1000);
      return signedJwt({ iss: id, iat: issuedAt, exp: issuedAt + lifetime, ...claims }, seed);
    },
  };
}
