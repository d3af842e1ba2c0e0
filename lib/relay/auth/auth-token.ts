import { getPublicKey, hashes, sign } from '@noble/ed25519';
import { toBase64Url } from '../../codec/base64.js';
import { sha512 } from '@noble/hashes/sha2.js';
import { didKeyOf } from './did-key.js';
import { toUtf8 } from '../../codec/utf8.js';

/** The content of a token, and the key that signs it. */
export interface TokenTerms {
  /** 32 bytes: the secret half of the client's key. */
  readonly seed: Uint8Array;
  /** The relay's URL without a query. */
  readonly audience: string;
  /** Different for each token. */
  readonly nonce: string;
  /** Seconds since the epoch. */
  readonly issuedAt: number;
  /** Seconds. */
  readonly ttl: number;
}

hashes.sha512 = sha512; // ed25519 has no synchronous one of its own

const part = (content: object): string => toBase64Url(toUtf8(JSON.stringify(content)));
const header = { alg: 'EdDSA', typ: 'JWT' };

/** Gives the client id of a key. */
export const clientIdOf = (seed: Uint8Array): string => didKeyOf(getPublicKey(seed));

/** Makes the JSON Web Token that authenticates a connection to the relay. */
export function authToken({ seed, audience, nonce, issuedAt, ttl }: TokenTerms): string {
  const claims = { iss: clientIdOf(seed), sub: nonce, aud: audience, iat: issuedAt, exp: issuedAt + ttl };
  const signed = `${part(header)}.${part(claims)}`;
  return `${signed}.${toBase64Url(sign(toUtf8(signed), seed))}`;
}
