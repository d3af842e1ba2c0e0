import { hmac } from '@stablelib/hmac';
import { SHA256 } from '@stablelib/sha256';
import { of } from 'rxjs';
import { toBase64 } from '../../codec/base64.js';
import { toUtf8 } from '../../codec/utf8.js';
import type { Key } from './credentials.js';
import { signingBy, type TokenWays } from './request-token.js';
import { type SignableParams, type TokenRequest, unsignedOf } from './token.js';

/** RSA9a, RSA9g: a TokenRequest, which proves the possession of the key and does not contain it. */
export function sign({ name, secret }: Key, params: SignableParams): TokenRequest {
  const { request, text } = unsignedOf(name, params);
  return { ...request, mac: macOf(secret, text) };
}

/** Without the platform's crypto, which pages that came over plain http do not have. */
const macOf = (secret: string, text: string): string => toBase64(hmac(SHA256, toUtf8(secret), toUtf8(text)));

/** RSA9: emits a TokenRequest. Errors with 40106 without a key, with 40000 and 40005 for a bad one. */
export const signTokenRequest: NonNullable<TokenWays['signing']> = (how, dependencies) =>
  signingBy((secret, text) => of(macOf(secret, text)))(how, dependencies); // bundlers leave out what calls nothing

/**
 * RSA9: signs TokenRequests with the option `key`: a way for `tokenAuth`. A token fails with 40106 without a key, and with
 * 40000 or 40005 for a bad one.
 *
 * @example
 * ```ts
 * createClient({ auth: tokenAuth({ key }, signing) });
 * ```
 */
export const signing: Pick<Required<TokenWays>, 'signing'> = { signing: signTokenRequest };
