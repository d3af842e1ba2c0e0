import { cbc } from '@noble/ciphers/aes.js';
import type { Cipher } from '../ably/wire/encodings.js';
import { ErrorInfo } from '../ably/wire/error-info.js';
import { systemRandomBytes, withoutRandomBytes } from '../rx/clock.js';
import { type CipherParamOptions, getDefaultParams } from './cipher-params.js';

/** AES's, and with it that of an initialisation vector: bytes. */
const blockSize = 16;

/** Options of `aes`: a complete `CipherParams` is one too (TB2b). */
export interface AesOptions extends CipherParamOptions {
  /**
   * Where initialisation vectors come from: 16 bytes, other ones for each message, which nobody can foretell.
   * `crypto.getRandomValues` by default; give another source to compare ciphertexts, or where the platform has none.
   */
  readonly iv?: (() => Uint8Array) | undefined;
}

/**
 * RSL5b: AES-CBC with PKCS#7, a random vector in front of each ciphertext; synchronous, so that the order of messages
 * holds. It keeps payloads secret, and does not prove who made them. The key shows nowhere. Throws 40000 on wrong options.
 */
export function aes(options: AesOptions): Cipher {
  const { key, keyLength } = getDefaultParams(options);
  const missing = options.iv ? undefined : withoutRandomBytes();
  if (missing !== undefined) throw new ErrorInfo(`${missing} Or give the option "iv".`, { code: 40000 });
  const { iv: nextVector = () => systemRandomBytes(blockSize) } = options;
  return {
    encoding: `cipher+aes-${keyLength}-cbc`,
    encrypt: (plain) => {
      const vector = nextVector();
      const cipher = cbc(key, vector); // throws on a vector of another length
      const secret = new Uint8Array(blockSize + plain.byteLength + padding(plain));
      secret.set(vector);
      cipher.encrypt(plain, secret.subarray(blockSize));
      return secret;
    },
    decrypt: (secret) => {
      if (secret.byteLength < 2 * blockSize || secret.byteLength % blockSize > 0) throw undecipherable();
      try {
        return cbc(key, secret.subarray(0, blockSize)).decrypt(secret.subarray(blockSize));
      } catch {
        throw undecipherable(); // says all there is to say: more would help those who guess
      }
    },
  };
}

/** PKCS#7: how many bytes it adds; never none. */
const padding = ({ byteLength }: Uint8Array): number => blockSize - (byteLength % blockSize);

const undecipherable = (): ErrorInfo =>
  new ErrorInfo(
    'It cannot be decrypted: the key is not the one that it was encrypted with, or it was damaged on the way.',
    { code: 40013 },
  );
