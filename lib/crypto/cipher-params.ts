import { fromBase64 } from '../codec/base64.js';
import { viewOf } from '../codec/bytes.js';
import { ErrorInfo } from '../ably/wire/error-info.js';

/** CO2: the parameters of a cipher; all but the key may be left out. */
export interface CipherParamOptions {
  /** CO2b: 16 or 32 bytes, as they are or as base64 or base64url. */
  readonly key: Uint8Array | ArrayBuffer | string;
  /** CO2a: `'AES'`, in any case; there is no other. */
  readonly algorithm?: string | null | undefined;
  /** CO2c: bits; only checked against the key, which knows it. */
  readonly keyLength?: number | null | undefined;
  /** CO2d: `'CBC'`, in any case; there is no other. */
  readonly mode?: string | null | undefined;
}

/** TZ2: the same, complete. `key` is a secret: keep this out of logs. */
export interface CipherParams {
  /** TZ2a */
  readonly algorithm: string;
  /** TZ2b: bits */
  readonly keyLength: number;
  /** TZ2c */
  readonly mode: string;
  /** TZ2d */
  readonly key: Uint8Array;
}

/** RSE1e: in bits. */
const keyLengths: readonly number[] = [128, 256];

const invalid = (option: string, problem: string): ErrorInfo =>
  new ErrorInfo(`The cipher's ${option} ${problem}.`, { code: 40000 });

/** RSE1: the options, checked and made whole. Throws 40000, never with the key in it. */
export function getDefaultParams(options: CipherParamOptions): CipherParams {
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null)
    throw invalid('options', 'have to be an object with a key');
  const key = bytesOf(options.key);
  const length = key.byteLength * 8; // RSE1d
  if (!keyLengths.includes(length))
    throw invalid('key', `has to have ${keyLengths.join(' or ')} bits; it has ${length}`);
  const keyLength = options.keyLength ?? length; // RSE1a
  if (keyLength !== length)
    throw invalid('keyLength', `has to be that of the key, ${length} bits, or left out`);
  return {
    algorithm: named('algorithm', options.algorithm, 'AES'),
    keyLength,
    mode: named('mode', options.mode, 'CBC'),
    key,
  };
}

/** RSE1c: a copy, so that nobody can change the key of a cipher at work. */
function bytesOf(key: unknown): Uint8Array {
  const bytes = viewOf(key);
  if (bytes) return bytes.slice();
  if (typeof key !== 'string')
    throw invalid(
      'key',
      `has to be bytes or base64; it was ${key === null ? 'null' : `of type ${typeof key}`}`,
    );
  try {
    return fromBase64(key.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    throw invalid('key', 'is a string, but neither base64 nor base64url'); // without a cause, which might repeat it
  }
}

function named(option: string, given: unknown, known: string): string {
  const value = given ?? known;
  if (typeof value === 'string' && value.toUpperCase() === known) return value;
  throw invalid(option, `has to be "${known}"`);
}
