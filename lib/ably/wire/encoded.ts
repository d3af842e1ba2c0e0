import { cipherOf, deciphering, type Undo } from './encodings.js';
import { ErrorInfo } from './error-info.js';

/** TM3, TP4, TAN3: checks the value that JSON.parse() made of something that came another way than over a channel. Throws 40013 where it is no object. */
export function checkEncoded(encoded: unknown, what: string): void {
  if (typeof encoded === 'object' && encoded !== null && !Array.isArray(encoded)) return;
  throw notEncoded(what, encoded);
}

/** The same for a list, whose members are left to be looked at. */
export function checkEncodedArray(encoded: unknown, what: string): void {
  if (!Array.isArray(encoded)) throw notEncoded(what, encoded);
}

/** Makes the decoder of the option "cipher". Throws 40000 where that is none. */
export function undoOf(options: { readonly cipher?: unknown } | null | undefined): Undo | undefined {
  const cipher = cipherOf(options?.cipher);
  return cipher && deciphering(cipher);
}

const notEncoded = (what: string, given: unknown): ErrorInfo =>
  new ErrorInfo(
    `This is not ${what}, but ${given === null ? 'null' : `of type ${typeof given}`}. Give what JSON.parse() made of it.`,
    { code: 40013 },
  );
