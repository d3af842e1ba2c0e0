import { toBase58 } from '../../../codec/base58.js';

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
const prefix = 'did:key:z';
const ed25519 = [0xed, 0x01]; // multicodec

/** The Ed25519 public key of a `did:key:z6Mk…`; undefined for any other text. */
export function publicKeyOf(did: string): Uint8Array | undefined {
  if (!did.startsWith(prefix) || did.length > 100) return undefined;
  const bytes = fromBase58(did.slice(prefix.length));
  if (bytes?.length !== 34 || !ed25519.every((byte, at) => bytes[at] === byte)) return undefined;
  return bytes.subarray(2);
}

/** The did:key of an Ed25519 public key. */
export const didKeyOf = (publicKey: Uint8Array): string =>
  prefix + toBase58(Uint8Array.of(...ed25519, ...publicKey));

function fromBase58(text: string): Uint8Array | undefined {
  let value = 0n;
  for (const letter of text) {
    const digit = alphabet.indexOf(letter);
    if (digit < 0) return undefined;
    value = value * 58n + BigInt(digit);
  }
  const hex = value.toString(16);
  const pairs = hex.padStart(hex.length + (hex.length % 2), '0').match(/../g) ?? [];
  return Uint8Array.from(pairs, (pair) => parseInt(pair, 16)); // leading zeros are not restored: a key begins with 0xed
}
