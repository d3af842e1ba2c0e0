import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64 } from '../../codec/base64.js';
import type { Key } from './credentials.js';
import type { SignableParams, TokenWays } from './request-token.js';
import { capabilityText, type TokenRequest } from './token.js';

const utf8 = new TextEncoder();

/** RSA9a, RSA9g: a TokenRequest, which proves the possession of the key and does not contain it. */
export function sign({ name: keyName, secret }: Key, params: SignableParams): TokenRequest {
  const { timestamp, nonce, ttl, clientId } = params;
  const capability = capabilityText(params);
  const lines = [keyName, ttl ?? '', capability ?? '', clientId ?? '', timestamp, nonce];
  const text = lines.map((line) => `${line}\n`).join('');
  return {
    keyName,
    ...(ttl != null && { ttl }), // RSA5
    ...(capability !== undefined && { capability }), // RSA6
    ...(clientId != null && { clientId }),
    timestamp,
    nonce,
    mac: toBase64(hmac(sha256, utf8.encode(secret), utf8.encode(text))),
  };
}

/** Signs TokenRequests with a `key`: a way for `tokenAuth`. */
export const signing: Pick<Required<TokenWays>, 'sign'> = { sign };
