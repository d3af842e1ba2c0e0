import { Described } from '../../../base/described.js';
import { fromBase64, toBase64 } from '../../../codec/base64.js';
import { viewOf } from '../../../codec/bytes.js';
import { wellFormed } from '../../../codec/utf8.js';
import { isJson, kindOf, writeJson } from '../../wire/encodings.js';
import { ErrorInfo } from '../../wire/error-info.js';
import type { WireObjectData } from '../../wire/object-message.js';

/** JSON that a map holds as one value. */
export type JsonValue = readonly unknown[] | { readonly [key: string]: unknown };

/** RTLM20a3: a value of a map that is no object of its own. */
export type ObjectValue = boolean | number | string | Uint8Array | JsonValue;

/**
 * OD4: a value as it travels; `binary` says whether the frames can carry bytes. JSON goes into the field `json`, as OD2g has
 * it and the service and its clients do, and not into `string` with an encoding, as OD4c5 and OD4d5 say. Throws 40013 on
 * other types (OD4a).
 */
export function encodeObjectData(value: unknown, binary: boolean): WireObjectData {
  if (typeof value === 'string') return { string: wellFormed(value) };
  if (typeof value === 'boolean') return { boolean: value };
  if (typeof value === 'number' && Number.isFinite(value)) return { number: value };
  const bytes = viewOf(value);
  if (bytes) return { bytes: binary ? bytes.slice() : toBase64(bytes) };
  const json = isJson(value) ? writeJson(value, 'value') : undefined;
  const stray = json === undefined ? value : strayIn(value);
  if (json !== undefined && !stray) return { json };
  const kind = typeof value === 'number' ? value : kindOf(stray);
  throw new ErrorInfo(
    `A map cannot hold ${kind}${Object.is(stray, value) ? '' : ' within JSON'}. Set a string, a finite number, a boolean, bytes, JSON, liveMap() or liveCounter(), and of a place or an instance its \`compact\`.`,
    { code: 40013 },
  );
}

/** Something of this library in a value, of which JSON would keep what it prints. */
const strayIn = (value: unknown): unknown => {
  if (value instanceof Described) return value;
  const isRead = typeof value === 'object' && value && !('toJSON' in value);
  return isRead ? Object.values(value).map(strayIn).find(Boolean) : undefined;
};

/**
 * OD5: the value that travels; `undefined` where it is none that this library knows. What cannot be decoded is left as it is.
 */
export function decodeObjectData(data: WireObjectData): ObjectValue | undefined {
  const { encoding, boolean, bytes, number, string, json } = data;
  if (bytes != null) return typeof bytes === 'string' ? decoded(bytes, fromBase64) : new Uint8Array(bytes); // no view of a frame
  if (json != null) return decoded(json, parse);
  if (string != null) return encoding === 'json' ? decoded(string, parse) : string;
  return boolean ?? number ?? undefined;
}

function decoded(text: string, decode: (text: string) => ObjectValue): ObjectValue {
  try {
    return decode(text);
  } catch {
    return text;
  }
}

const parse = (text: unknown): ObjectValue =>
  (typeof text === 'string' ? JSON.parse(text) : text) as ObjectValue; // the publisher's word

/** Whether two values are the same, compared by their contents. */
export function isSameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (one instanceof Uint8Array !== other instanceof Uint8Array) return false;
  return JSON.stringify(one) === JSON.stringify(other); // bytes by their indices, and rare
}
