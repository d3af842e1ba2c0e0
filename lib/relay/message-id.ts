import { map, type OperatorFunction } from 'rxjs';
import { toHex } from '../codec/hex.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { toUtf8 } from '../codec/utf8.js';

/** Gives a message's id: the SHA-256 of its UTF-8, in lower-case hexadecimal. The same text has the same id, on any topic. */
export const messageId = (text: string): string => toHex(sha256(toUtf8(text)));

/** A text with its id, or an object with an id besides its own fields. */
export type WithMessageId<T> = T extends string
  ? { readonly id: string; readonly message: T }
  : T & { readonly id: string };

/** Gives each text its id: `'hello'` becomes `{ id: '2cf2…', message: 'hello' }`; an object with a `message` gets an `id`. */
export const withMessageId = <T extends string | { readonly message: string }>(): OperatorFunction<
  T,
  WithMessageId<T>
> => map((value) => identified(value) as WithMessageId<T>); // a conditional type is beyond the compiler's cases

/** Copies by `assign`: on the way of every message, a spread with one more field behind it costs ten times as much. */
function identified(value: string | { readonly message: string }): unknown {
  const found = Object.assign({ id: '' }, typeof value === 'string' ? { message: value } : value);
  found.id = messageId(found.message);
  return found;
}
