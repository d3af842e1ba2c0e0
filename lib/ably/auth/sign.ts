import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { toBase64 } from '../../codec/base64.js';
import type { TokenParams, TokenRequest } from './token.js';
import type { Key } from './credentials.js';

/** Token params that have what one request needs. */
export interface Signable extends TokenParams {
  readonly timestamp: number;
  readonly nonce: string;
}

const utf8 = new TextEncoder();

/** RSA9a, RSA9g: a request for a token that proves the possession of the key and does not contain it. */
export function sign({ name: keyName, secret }: Key, params: Signable): TokenRequest {
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

/** RSA9f: as it travels. */
export const capabilityText = ({ capability }: TokenParams): string | undefined =>
  capability == null || typeof capability === 'string'
    ? (capability ?? undefined)
    : JSON.stringify(capability);
