import { fromBase64, toBase64 } from '../../../codec/base64.js';
import { isFields } from './fields.js';

/** Content of an object message, for JSON: all bytes become base64, as those of objects do (OD4d2). */
export function withBase64Bytes(value: unknown): unknown {
  if (value instanceof Uint8Array) return toBase64(value);
  if (Array.isArray(value)) return value.map(withBase64Bytes);
  return isFields(value) ? mapFields(value, withBase64Bytes) : value;
}

/** The way back, for MessagePack: text in fields `bytes` becomes bytes again, but for that of `extras` and what is no base64. */
export function withPlainBytes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainBytes);
  if (!isFields(value)) return value;
  return mapFields(value, (inner, name) => {
    if (name === 'extras') return inner;
    return name === 'bytes' && typeof inner === 'string' ? bytesIn(inner) : withPlainBytes(inner);
  });
}

const mapFields = (
  value: Readonly<Record<string, unknown>>,
  change: (inner: unknown, name: string) => unknown,
): unknown => Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, change(inner, name)]));

function bytesIn(text: string): Uint8Array | string {
  try {
    return fromBase64(text);
  } catch {
    return text;
  }
}
