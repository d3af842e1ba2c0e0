import { fromBase64, toBase64 } from '../../codec/base64.js';
import { viewOf } from '../../codec/bytes.js';
import { jsonOf } from '../../codec/json.js';
import { fromUtf8, toUtf8, wellFormed } from '../../codec/utf8.js';
import { ErrorInfo, wordsOf } from './error-info.js';

/** A payload on its way: what it is now, and what has been done to it, oldest step first. */
export interface Encoded {
  readonly data?: unknown;
  readonly encoding?: string;
}

/** RSL5: makes payloads unreadable without the key. `rx-realtime/crypto` has one. */
export interface Cipher {
  /** The step of an encoding that stands for it, such as `cipher+aes-256-cbc`. */
  readonly encoding: string;
  readonly encrypt: (plain: Uint8Array) => Uint8Array;
  /** Throws on what it cannot decrypt. */
  readonly decrypt: (secret: Uint8Array) => Uint8Array;
}

/** TB2b, TB3: the option, checked: parameters of a cipher are none, so that nobody loads ciphers who needs none. Throws 40000. */
export function cipherOf(given: unknown): Cipher | undefined {
  if (given === undefined || given === null) return undefined;
  const { encrypt, decrypt } = given as Partial<Cipher>;
  if (typeof encrypt === 'function' && typeof decrypt === 'function') return given as Cipher;
  throw new ErrorInfo(
    'The option "cipher" takes a cipher, and not a key or parameters: write `cipher: aes({ key })`, with `aes` of \'rx-realtime/crypto\'.',
    { code: 40000 },
  );
}

const appendStep = (steps: string | undefined, step: string): string => (steps ? `${steps}/${step}` : step);

/**
 * RSL4: a payload as it travels, after the steps `before`. `binary` says whether the frames can carry bytes. Throws 40013 on
 * other types (RSL4a).
 */
export function encodeData(data: unknown, binary: boolean, cipher?: Cipher, before?: string): Encoded {
  if (typeof data === 'string' && !cipher)
    return { data: wellFormed(data), ...(before && { encoding: before }) }; // RSL4c2, RSL4d2
  if (data === undefined || data === null) return {};
  const { data: plain, step } = plainOf(data);
  const encoding = step ? appendStep(before, step) : before;
  if (cipher) {
    const steps = typeof plain === 'string' ? appendStep(encoding, 'utf-8') : encoding;
    const secret = cipher.encrypt(typeof plain === 'string' ? toUtf8(plain) : plain); // RSL5a
    return travelling(secret, binary, appendStep(steps, cipher.encoding));
  }
  return typeof plain === 'string'
    ? { data: plain, ...(encoding && { encoding }) }
    : travelling(plain, binary, encoding);
}

/** RSL4c1, RSL4d1 */
const travelling = (bytes: Uint8Array, binary: boolean, encoding?: string): Encoded =>
  binary
    ? { data: bytes.slice(), ...(encoding && { encoding }) }
    : { data: toBase64(bytes), encoding: appendStep(encoding, 'base64') };

/** Text or bytes. */
function plainOf(data: unknown): { readonly data: string | Uint8Array; readonly step?: 'json' } {
  if (typeof data === 'string') return { data };
  const bytes = viewOf(data);
  if (bytes) return { data: bytes };
  const text = isJson(data) ? writeJson(data, 'data') : undefined;
  if (text !== undefined) return { data: text, step: 'json' }; // RSL4c3, RSL4d3
  throw new ErrorInfo(
    `A payload of type ${kindOf(data)} cannot be published. Publish a string, an object, an array, a Uint8Array, or nothing; numbers and booleans go into one of these.`,
    { code: 40013 },
  );
}

/** RSL4c3: JSON of a user's value, whose trouble is named by its path. Throws 40013. */
export function writeJson(value: unknown, name: string): string | undefined {
  try {
    return jsonOf(value, name);
  } catch (thrown) {
    throw ErrorInfo.of(thrown, 40013);
  }
}

const tagOf = (data: unknown): string => Object.prototype.toString.call(data).slice(8, -1);

/** Whether JSON can say it: of a Map, a Promise or an Error it would make `{}`, and nobody would notice. */
export const isJson = (data: unknown): boolean =>
  typeof data === 'object' &&
  data !== null &&
  (['Object', 'Array'].includes(tagOf(data)) || 'toJSON' in data);

/** The kind of a value, for error texts. */
export const kindOf = (data: unknown): string => (typeof data === 'object' ? tagOf(data) : typeof data);

/** Undoes one step of an encoding chain. Throws on data that it cannot take. */
export type Decode = (data: unknown) => unknown;

const expecting = (what: string): never => {
  throw new TypeError(`expected ${what}`);
};
function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SyntaxError(`its ${text.length} characters are no JSON`); // the platform's error quotes them, also what was encrypted
  }
}
function utf8Of(data: unknown): string {
  if (typeof data === 'string') return data; // a server may say of text that it is text
  const bytes = viewOf(data);
  return bytes ? fromUtf8(bytes) : expecting('bytes');
}
const decoders: Readonly<Record<string, Decode>> = {
  base64: (data) => (typeof data === 'string' ? fromBase64(data) : expecting('a string')),
  'utf-8': utf8Of,
  utf8: utf8Of,
  json: (data) => fromJson(utf8Of(data)), // RSL6a: "json/base64" has no step for UTF-8
};

/** A payload, decoded as far as its chain could be followed, and why no further. */
export interface Decoded extends Encoded {
  readonly error?: ErrorInfo;
}

/** Finds the decoder of a further step that a channel can undo, by its name. */
export type Undo = (step: string) => Decode | undefined;

/** RSL6: undoes the steps, last one first. What cannot be undone is left, with what remains of the chain (RSL6b). */
export function decodeData(data: unknown, encoding: unknown, undo?: Undo): Decoded {
  if (!encoding) return { data };
  const steps = typeof encoding === 'string' ? encoding.split('/') : [`of type ${typeof encoding}`]; // as a server may err
  let decoded = data;
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    try {
      const decode = Object.hasOwn(decoders, step) ? decoders[step] : undo?.(step);
      if (!decode)
        throw new TypeError(
          step.startsWith('cipher+')
            ? 'the channel has no such cipher'
            : step === 'vcdiff'
              ? 'the client lacks the option "vcdiff"'
              : 'this client knows no such encoding',
        );
      decoded = decode(decoded);
    } catch (cause) {
      return { data: decoded, encoding: [...steps, step].join('/'), error: undecodable(step, cause) };
    }
  }
  return { data: decoded };
}

/** RSL5a: how to undo a cipher's step. */
export const deciphering =
  ({ encoding, decrypt }: Cipher): Undo =>
  (step) =>
    step === encoding ? (data) => decrypt(viewOf(data) ?? expecting('bytes')) : undefined;

const undecodable = (step: string, cause: unknown): ErrorInfo =>
  new ErrorInfo(
    `A message could not be decoded at the step "${step}" (${wordsOf(cause)}). ` +
      'It is delivered as it was then, with what remains in "encoding".',
    { code: step === 'vcdiff' ? 40019 : 40013, cause },
  );
