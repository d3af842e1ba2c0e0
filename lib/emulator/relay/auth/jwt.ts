import { hashes, sign, verify } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { fromBase64, toBase64Url } from '../../../codec/base64.js';
import { type Fields, isFields } from '../json-rpc/incoming.js';
import { refusal } from '../relay-error.js';
import { publicKeyOf } from './did-key.js';
import { fromUtf8, toUtf8 } from '../../../codec/utf8.js';

hashes.sha512 = sha512; // @noble/ed25519 has no synchronous one of its own

/** Tolerated difference of clocks, in seconds. */
const leeway = 120;

interface Expected {
  /** In ms. */
  readonly now: number;
  readonly audience: readonly string[] | undefined;
  /** False believes the signature. Default: true. */
  readonly isProven?: boolean;
}

/** The client id that a JWT proves: the did:key that signed it. Throws InvalidJwt. */
export const clientIdOf = (jwt: string, expected: Expected): string =>
  claimedClientId(claimsOf(jwt, expected));

/** The claims of a JWT, of which `iss`, `sub`, `aud`, `iat` and `exp` are as they have to be. Throws InvalidJwt. */
export function claimsOf(jwt: string, { now, audience, isProven = true }: Expected): Fields {
  const [header = '', payload = '', signature = '', ...more] = jwt.split('.');
  const { alg, typ } = fieldsOf(header);
  if (more.length > 0 || alg !== 'EdDSA' || typ !== 'JWT')
    throw invalid('its header is not that of a JWT signed by EdDSA');
  const claims = fieldsOf(payload);
  const issuer = claimedClientId(claims);
  if (isProven) demandSigned(issuer, `${header}.${payload}`, signature);
  demandTimes(claims, now / 1000);
  demandPurpose(claims, audience);
  return claims;
}

/** The client id that a JWT claims, unproven; undefined when it is unreadable. */
export function unprovenClientIdOf(jwt: string): string | undefined {
  try {
    return claimedClientId(fieldsOf(jwt.split('.')[1] ?? ''));
  } catch {
    return undefined;
  }
}

function claimedClientId({ iss }: Fields): string {
  if (typeof iss === 'string' && iss !== '') return iss;
  throw invalid('it has no `iss`');
}

function demandSigned(issuer: string, text: string, signature: string): void {
  const key = publicKeyOf(issuer);
  if (!key) throw invalid('`iss` is not a did:key of Ed25519');
  if (!isSigned(key, text, signature)) throw invalid('its signature is wrong');
}

function isSigned(key: Uint8Array, text: string, signature: string): boolean {
  try {
    return verify(fromUrlSafe(signature), toUtf8(text), key, { zip215: false });
  } catch {
    return false; // malformed signature, or a key that is not on the curve
  }
}

function demandTimes({ iat, exp }: Fields, now: number): void {
  if (typeof iat !== 'number' || typeof exp !== 'number')
    throw invalid('`iat` or `exp` is not a number of seconds');
  if (iat > now + leeway) throw invalid('it was issued in the future: look at the clock');
  if (exp < now - leeway) throw invalid('it has expired: sign another one');
}

function demandPurpose({ sub, aud }: Fields, audience: readonly string[] | undefined): void {
  if (typeof sub !== 'string' || sub === '') throw invalid('it has no `sub`');
  if (typeof aud !== 'string' || aud === '') throw invalid('it has no `aud`');
  if (audience && !audience.includes(aud)) throw invalid('its `aud` is another relay');
}

function fieldsOf(part: string): Fields {
  try {
    const fields: unknown = JSON.parse(fromUtf8(fromUrlSafe(part)));
    if (isFields(fields)) return fields;
  } catch {
    // reported below
  }
  throw invalid('a part of it is not a JSON object in base64url');
}

/** Decodes base64url without padding; refuses a `=`. */
function fromUrlSafe(text: string): Uint8Array {
  if (!/^[\w-]*$/.test(text)) throw new SyntaxError('This is not base64url.');
  return fromBase64(text.replaceAll('-', '+').replaceAll('_', '/'));
}

const invalid = (why: string): Error => refusal('InvalidJwt', `JWT validation error: ${why}.`);

/** A JWT of these claims, signed with the key of this seed. */
export function signedJwt(claims: object, seed: Uint8Array): string {
  const part = (content: object): string => toBase64Url(toUtf8(JSON.stringify(content)));
  const signed = `${part({ alg: 'EdDSA', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${toBase64Url(sign(toUtf8(signed), seed))}`;
}
