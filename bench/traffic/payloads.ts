import { createCipheriv, randomBytes } from 'node:crypto';
import type { Format } from '../messages.js';

/** Payloads of so many bytes, before they are encoded. */
export interface Payload {
  readonly kind: 'text' | 'binary' | 'json' | 'delta' | 'cipher';
  readonly size: number;
}

/** The key that every client of a run has. */
export const cipherKey = new Uint8Array(32).fill(7);

type Fields = Readonly<Record<string, unknown>>;

/** A text that says at its half which one it is, so that it differs from the one before by a few bytes. */
const textOf = (serial: number, size: number): string => {
  const half = 'x'.repeat((size - numberSize) / 2);
  return half + String(serial).padStart(numberSize, '0') + half;
};
const numberSize = 8;

/** Bytes as they travel: in JSON as base64. */
const binary = (bytes: Buffer, format: Format, encoding: readonly string[] = []): Fields =>
  format === 'json'
    ? { data: bytes.toString('base64'), encoding: [...encoding, 'base64'].join('/') }
    : { data: bytes, ...(encoding.length > 0 && { encoding: encoding.join('/') }) };

/** RSL5b */
function encrypted(text: string): Buffer {
  const vector = randomBytes(16);
  const cipher = createCipheriv('aes-256-cbc', cipherKey, vector);
  return Buffer.concat([vector, cipher.update(text), cipher.final()]);
}

/** RFC 3284, 4.3: copies what is before the number, adds the number, copies what is behind it. */
function deltaOf(text: string): Buffer {
  const { length } = text;
  const half = (length - numberSize) / 2;
  const integer = (value: number): readonly number[] => [(value >> 7) | 0x80, value & 0x7f]; // 128 to 16,383
  const added = [...Buffer.from(text.slice(half, half + numberSize))];
  const instructions = [19, ...integer(half), 1, numberSize, 19, ...integer(half)];
  const addresses = [0, ...integer(half + numberSize)];
  const sizes = [...integer(length), 0, added.length, instructions.length, addresses.length];
  const window = [...sizes, ...added, ...instructions, ...addresses];
  const source = [1, ...integer(length), 0];
  return Buffer.from([0xd6, 0xc3, 0xc4, 0, 0, ...source, window.length, ...window]);
}

/** The fields of the messages of a run, by their serials; `idOf` names them for what refers to them. */
export const fieldsBy =
  ({ kind, size }: Payload, format: Format, idOf: (serial: number) => string) =>
  (serial: number): Fields => {
    const text = textOf(serial, size);
    switch (kind) {
      case 'text':
        return { data: text };
      case 'json':
        return { data: JSON.stringify({ serial, list: [1, 2, 3], text: text.slice(45) }), encoding: 'json' };
      case 'binary':
        return binary(Buffer.from(text), format);
      case 'cipher':
        return binary(encrypted(text), format, ['utf-8', 'cipher+aes-256-cbc']);
      case 'delta':
        if (serial === 0) return { data: text };
        return {
          ...binary(deltaOf(text), format, ['utf-8', 'vcdiff']),
          extras: { delta: { from: idOf(serial - 1), format: 'vcdiff' } },
        };
    }
  };
