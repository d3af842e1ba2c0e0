import { toUtf8 } from './utf8.js';

/** A WebSocket message: text, or bytes (a `Buffer` on Node, an `ArrayBuffer` elsewhere). */
export type Data = string | ArrayBuffer | Uint8Array;

/** Bytes that a socket takes, of no SharedArrayBuffer. Stands for `Uint8Array<ArrayBuffer>`, which TypeScript before 5.7 cannot read. */
export type Bytes = Uint8Array & { readonly buffer: ArrayBuffer };

/** Encodes and decodes frames. Both throw on values that they cannot handle. */
export interface Codec {
  /** RTN2a: the encoding's name in the protocol. */
  readonly format: 'json' | 'msgpack';
  /** Whether `Uint8Array` payloads are sent as they are (RSL4c1) or as base64 (RSL4d1). */
  readonly binary: boolean;
  readonly encode: (frame: unknown) => string | Bytes;
  readonly decode: (data: Data) => unknown;
}

/** Size of a message in bytes; text counts by its UTF-8. */
export const byteLengthOf = (data: Data): number =>
  typeof data === 'string' ? toUtf8(data).length : data.byteLength;
