import { ErrorInfo } from '../ably/wire/error-info.js';
import { systemRandomBytes, withoutRandomBytes } from '../rx/clock.js';

/** RSE2: a key of 256 bits, or of as many as are asked for, from `crypto.getRandomValues`. */
export function generateRandomKey(keyLength = 256): Uint8Array {
  const missing = withoutRandomBytes();
  if (missing !== undefined) throw new ErrorInfo(missing, { code: 40000 });
  if (Number.isInteger(keyLength) && keyLength > 0 && keyLength % 8 === 0)
    return systemRandomBytes(keyLength / 8);
  throw new ErrorInfo('The length of a key is in bits, and a multiple of 8. Leave it out for 256.', {
    code: 40000,
  });
}
