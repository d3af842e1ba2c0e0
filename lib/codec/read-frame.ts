import { fromUtf8 } from './utf8.js';

/**
 * Reads MessagePack as frames have it, at three times the speed of a whole decoder. `undefined` says that something is in
 * the bytes that is left to one: extension types, keys that are no text, deep nesting, and all that is malformed.
 */
export function readFrame(bytes: Uint8Array): { readonly value: unknown } | undefined {
  at = 0;
  previous.length = 0;
  try {
    const value = valueAt(bytes, 0);
    return at === bytes.length ? { value } : undefined;
  } catch {
    return undefined;
  }
}

/** Place of the next byte. All readers share it, because none of them calls anything that could begin to read as well. */
let at = 0;

/** Levels of nesting; frames have four and their payloads some more. Deeper ones could exhaust the stack. */
const deepest = 32;
/** The one byte that MessagePack never uses; it stands for each byte behind the end. */
const unused = 0xc1;
/** Thrown where something is left to a whole decoder; made once, because a trace costs more than a frame. */
const odd = new RangeError('The frame is left to @msgpack/msgpack.');

function valueAt(bytes: Uint8Array, depth: number): unknown {
  const head = bytes[at] ?? unused;
  at += 1;
  if (head < 0x80) return head;
  if (head >= 0xe0) return head - 0x100;
  if (head >= 0xa0 && head < 0xc0) return textAt(bytes, head - 0xa0);
  if (head < 0x90) return mapAt(bytes, head - 0x80, depth + 1);
  if (head < 0xa0) return listAt(bytes, head - 0x90, depth + 1);
  switch (head) {
    case 0xc0:
      return null;
    case 0xc2:
      return false;
    case 0xc3:
      return true;
    case 0xc4:
    case 0xc5:
    case 0xc6:
      return bytesAt(bytes, uintAt(bytes, 1 << (head - 0xc4)));
    case 0xcc:
    case 0xcd:
    case 0xce:
      return uintAt(bytes, 1 << (head - 0xcc));
    case 0xcf:
      return uintAt(bytes, 4) * 0x1_0000_0000 + uintAt(bytes, 4);
    case 0xd9:
    case 0xda:
    case 0xdb:
      return textAt(bytes, uintAt(bytes, 1 << (head - 0xd9)));
    case 0xdc:
    case 0xdd:
      return listAt(bytes, uintAt(bytes, 2 << (head - 0xdc)), depth + 1);
    case 0xde:
    case 0xdf:
      return mapAt(bytes, uintAt(bytes, 2 << (head - 0xde)), depth + 1);
    default:
      return rareNumberAt(bytes, head);
  }
}

function uintAt(bytes: Uint8Array, size: number): number {
  let value = 0;
  for (const end = after(bytes, size); at < end; at += 1) value = value * 0x100 + (bytes[at] ?? 0);
  return value;
}

/** The end of so many bytes from here on. */
function after(bytes: Uint8Array, size: number): number {
  if (at + size > bytes.length) throw odd;
  return at + size;
}

function bytesAt(bytes: Uint8Array, size: number): Uint8Array {
  const end = after(bytes, size);
  const part = bytes.subarray(at, end);
  at = end;
  return part;
}

/** Numbers below zero and fractions. */
function rareNumberAt(bytes: Uint8Array, head: number): number {
  const size = head === 0xca ? 4 : head === 0xcb ? 8 : 1 << (head - 0xd0);
  if (head < 0xca || head > 0xd3) throw odd;
  const { buffer, byteOffset } = bytesAt(bytes, size);
  const view = new DataView(buffer, byteOffset, size);
  switch (head) {
    case 0xca:
      return view.getFloat32(0);
    case 0xcb:
      return view.getFloat64(0);
    case 0xd0:
      return view.getInt8(0);
    case 0xd1:
      return view.getInt16(0);
    case 0xd2:
      return view.getInt32(0);
    default:
      return view.getInt32(0) * 0x1_0000_0000 + view.getUint32(4);
  }
}

function listAt(bytes: Uint8Array, size: number, depth: number): unknown[] {
  if (depth > deepest) throw odd;
  const list: unknown[] = [];
  for (let left = size; left > 0; left -= 1) list.push(valueAt(bytes, depth));
  return list;
}

type Fields = Record<string, unknown>;

/**
 * Makes what `{}` makes, but with places for a dozen fields where V8 reserves four: to move an object that outgrows its
 * places costs more than to read it.
 */
const Roomy = function () {
  // has no fields yet
} as unknown as new () => Fields;
Roomy.prototype = Object.prototype;

interface Field {
  readonly name: string;
  readonly codes: Uint8Array;
  /** Says that its values come again and again. */
  readonly recurs?: boolean;
  /** Stores by a name that is written out, which costs a fifth of a store by a key. */
  readonly set: (fields: Fields, value: unknown) => void;
}
const known: readonly Omit<Field, 'codes'>[] = [
  { name: 'action', set: (fields, value) => void (fields['action'] = value) },
  { name: 'channel', recurs: true, set: (fields, value) => void (fields['channel'] = value) },
  { name: 'channelSerial', set: (fields, value) => void (fields['channelSerial'] = value) },
  { name: 'clientId', recurs: true, set: (fields, value) => void (fields['clientId'] = value) },
  { name: 'connectionId', recurs: true, set: (fields, value) => void (fields['connectionId'] = value) },
  { name: 'data', set: (fields, value) => void (fields['data'] = value) },
  { name: 'encoding', set: (fields, value) => void (fields['encoding'] = value) },
  { name: 'extras', set: (fields, value) => void (fields['extras'] = value) },
  { name: 'id', set: (fields, value) => void (fields['id'] = value) },
  { name: 'messages', set: (fields, value) => void (fields['messages'] = value) },
  { name: 'name', recurs: true, set: (fields, value) => void (fields['name'] = value) },
  { name: 'presence', set: (fields, value) => void (fields['presence'] = value) },
  { name: 'serial', set: (fields, value) => void (fields['serial'] = value) },
  { name: 'timestamp', set: (fields, value) => void (fields['timestamp'] = value) },
  { name: 'version', set: (fields, value) => void (fields['version'] = value) },
];
/** No two of these names have the same length and first letter. */
const slotOf = (length: number, first: number): number => (length << 5) | (first & 31);
const slots: (Field | undefined)[] = Array.from({ length: 32 << 5 });
for (const field of known) {
  const codes = Uint8Array.from(field.name, (letter) => letter.charCodeAt(0));
  slots[slotOf(codes.length, codes[0] ?? 0)] = { ...field, codes };
}

function mapAt(bytes: Uint8Array, size: number, depth: number): Fields {
  if (depth > deepest) throw odd;
  const fields: Fields = size > 4 ? new Roomy() : {};
  for (let left = size; left > 0; left -= 1) {
    const head = bytes[at] ?? unused;
    at += 1;
    const isShort = head >= 0xa0 && head < 0xc0;
    const length = head - 0xa0;
    const field = isShort ? slots[slotOf(length, bytes[at] ?? 0)] : undefined;
    if (field?.codes.length === length && isAt(bytes, field.codes, 0, length)) {
      at += length;
      field.set(fields, field.recurs ? recurringAt(bytes, depth) : valueAt(bytes, depth));
    } else {
      const key = !isShort ? longKeyAt(bytes, head) : length > 0 ? recentAt(bytes, length) : '';
      if (key === '__proto__') throw odd;
      fields[key] = valueAt(bytes, depth);
    }
  }
  return fields;
}

function longKeyAt(bytes: Uint8Array, head: number): string {
  if (head < 0xd9 || head > 0xdb) throw odd;
  return textAt(bytes, uintAt(bytes, 1 << (head - 0xd9)));
}

/** Compares from the end on, where serials differ. */
function isAt(bytes: Uint8Array, codes: Uint8Array, from: number, length: number): boolean {
  for (let index = length - 1; index >= 0; index -= 1)
    if (bytes[at + index] !== codes[from + index]) return false;
  return true;
}

/** Texts as they were read last, found by some of their bytes: names of channels and clients come again and again. */
const recent: string[] = Array.from({ length: 256 }, () => '');
/** Their bytes, which are compared at a third of the cost of characters. */
const recentCodes = new Uint8Array(recent.length << 5);

/** The last longer text of this frame: the serial of a message is also that of its first version. */
const previous = { from: 0, length: 0, text: '' };

/** Reads what is probably one of the texts that were read last. */
function recurringAt(bytes: Uint8Array, depth: number): unknown {
  const length = (bytes[at] ?? unused) - 0xa0;
  if (length <= 0 || length > 31) return valueAt(bytes, depth);
  at += 1;
  return recentAt(bytes, length);
}

function recentAt(bytes: Uint8Array, length: number): string {
  const end = after(bytes, length);
  const [first, last, middle] = [bytes[at] ?? 0, bytes[end - 1] ?? 0, bytes[at + (length >> 1)] ?? 0];
  const slot = (length * 7 + first * 3 + middle * 5 + last + (bytes[end - 2] ?? 0) * 11) & 255;
  const kept = recent[slot] ?? '';
  if (kept.length === length && isAt(bytes, recentCodes, slot << 5, length)) {
    at = end;
    return kept;
  }
  const from = at;
  const text = textAt(bytes, length);
  if (text.length !== length) return text; // no ASCII
  recent[slot] = text;
  for (let index = 0; index < length; index += 1) recentCodes[(slot << 5) + index] = bytes[from + index] ?? 0;
  return text;
}

function textAt(bytes: Uint8Array, length: number): string {
  const end = after(bytes, length);
  if (length <= 16) return shortTextAt(bytes, length);
  const from = at;
  if (length === previous.length && isAt(bytes, bytes, previous.from, length)) {
    at = end;
    return previous.text;
  }
  previous.text = longTextAt(bytes, end);
  previous.from = from;
  previous.length = length;
  return previous.text;
}

/** Without the call into the platform; reads some bytes too many, which is cheaper than a loop. */
function shortTextAt(bytes: Uint8Array, length: number): string {
  let all = 0;
  for (let index = at; index < at + length; index += 1) all |= bytes[index] ?? 0;
  if (all > 0x7f) return longTextAt(bytes, at + length);
  const byte = (index: number): number => bytes[at + index] ?? 0;
  // prettier-ignore
  const text = String.fromCharCode(
    byte(0), byte(1), byte(2), byte(3), byte(4), byte(5), byte(6), byte(7),
    byte(8), byte(9), byte(10), byte(11), byte(12), byte(13), byte(14), byte(15),
  );
  at += length;
  return text.slice(0, length);
}

/** Node's bytes, which need no view of a part to make text of it. */
interface Native {
  readonly Buffer?: { readonly isBuffer: (bytes: unknown) => boolean };
}
interface NativeBytes {
  readonly toString: (encoding: 'utf8', from: number, to: number) => string;
}
const { Buffer: NativeBuffer } = globalThis as unknown as Native; // not declared for every platform

function longTextAt(bytes: Uint8Array, end: number): string {
  const from = at;
  at = end;
  if (!NativeBuffer?.isBuffer(bytes)) return fromUtf8(bytes.subarray(from, end));
  const text = (bytes as NativeBytes).toString('utf8', from, end);
  if (text.includes('\ufffd')) throw odd; // it stands for all that is no UTF-8
  return text;
}
