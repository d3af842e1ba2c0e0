import { fromBase64, toBase64 } from '../../../../codec/base64.js';
import { refusal } from '../../wire/errors.js';
import { isFields } from '../../wire/fields.js';
import { isSigned, signature } from './hmac.js';
import { fromUtf8, toUtf8 } from '../../../../codec/utf8.js';

type Fields = Readonly<Record<string, unknown>>;

/** The claims (RFC 7519) that Ably reads; `iat` and `exp` in seconds, with fractions. */
export interface Claims {
  readonly iat: number;
  readonly exp: number;
  /** JSON text. */
  readonly 'x-ably-capability'?: string;
  readonly 'x-ably-clientId'?: string;
  readonly 'x-ably-revocation-key'?: string;
}

/** A parsed JWT, not yet checked. */
export interface UncheckedJwt {
  /** Name of the key that has signed it, unproven. */
  readonly kid: string;
  /** Throws 40144 when the secret has not signed it, or a claim has the wrong type; 40012 for that of the clientId. */
  readonly claims: (secret: string) => Claims;
}

const urlSafe = (base64: string): string =>
  base64.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
const fromUrlSafe = (text: string): string => text.replaceAll('-', '+').replaceAll('_', '/');

const part = (content: object): string => urlSafe(toBase64(toUtf8(JSON.stringify(content))));

export function signJwt(
  { name, secret }: { readonly name: string; readonly secret: string },
  claims: Claims,
): string {
  const content = `${part({ typ: 'JWT', alg: 'HS256', kid: name })}.${part(claims)}`;
  return `${content}.${urlSafe(signature(secret, content))}`;
}

/** True for texts of three parts, which only JWTs have. */
export const isJwt = (token: string): boolean => token.split('.', 4).length === 3;

/** Parses a JWT. Throws 40144 on a malformed one, or an algorithm other than HS256. */
export function readJwt(token: string): UncheckedJwt {
  const [header = '', payload = '', mac = ''] = token.split('.', 4);
  const { alg, kid } = fieldsOf(header);
  if (alg !== 'HS256') throw invalid('its algorithm is not HS256');
  if (typeof kid !== 'string') throw invalid('its header names no key as `kid`');
  return {
    kid,
    claims: (secret) => {
      if (!isSigned(secret, `${header}.${payload}`, fromUrlSafe(mac)))
        throw invalid('its signature is wrong');
      return claimsOf(fieldsOf(payload));
    },
  };
}

function fieldsOf(part: string): Fields {
  try {
    const fields: unknown = JSON.parse(fromUtf8(fromBase64(fromUrlSafe(part))));
    if (isFields(fields)) return fields;
  } catch {
    // reported below
  }
  throw invalid('a part of it is not a JSON object in base64url');
}

function claimsOf(fields: Fields): Claims {
  const { iat, exp } = fields;
  if (!Number.isFinite(iat) || !Number.isFinite(exp))
    throw invalid('`iat` or `exp` is not a number of seconds', 400); // the status that the docs name for a claim
  for (const name of ['x-ably-capability', 'x-ably-revocation-key'])
    if (fields[name] !== undefined && typeof fields[name] !== 'string')
      throw invalid(`\`${name}\` is not a string`, 400);
  const clientId = fields['x-ably-clientId'];
  if (clientId !== undefined && typeof clientId !== 'string')
    throw refusal(
      40012,
      400,
      'The claim `x-ably-clientId` of the JWT is not a string: give it a name, or "*".',
    );
  return fields as unknown as Claims;
}

const invalid = (why: string, status = 401): Error =>
  refusal(
    40144,
    status,
    `Invalid JWT: ${why}. Sign { iat, exp } by HS256 with a key's secret, and name that key in \`kid\`.`,
  );
