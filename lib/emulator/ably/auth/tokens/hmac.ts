import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64, toBase64 } from '../../../../codec/base64.js';
import { toUtf8 } from '../../../../codec/utf8.js';

/** HMAC-SHA256 of a text by a key's secret, in base64. */
export const signature = (secret: string, text: string): string =>
  toBase64(hmac(sha256, toUtf8(secret), toUtf8(text)));

/** Compares a base64 signature with that of the text, in constant time. */
export function isSigned(secret: string, text: string, claimed: string): boolean {
  const [right, given] = [fromBase64(signature(secret, text)), bytesOf(claimed)];
  const differences = right.reduce((sum, byte, at) => sum | (byte ^ (given[at] ?? 0)), 0);
  return given.length === right.length && differences === 0;
}

function bytesOf(claimed: string): Uint8Array {
  try {
    return fromBase64(claimed);
  } catch {
    return new Uint8Array();
  }
}
