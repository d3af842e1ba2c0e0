import { Decoder, Encoder } from '@msgpack/msgpack';
import { viewOf } from './bytes.js';
import type { Codec } from './codec.js';
import { readFrame } from './read-frame.js';

/** Bytes that encoded frames are cut from: one allocation for hundreds of them instead of one for each. */
const chunkSize = 64 * 1024;

/**
 * Binary frames: `new RealtimeClient({ codec: msgpack() })`. `undefined` fields are left out, as JSON does.
 *
 * `readFrame` reads frames; `@msgpack/msgpack` writes them, and reads the odd ones. It rather than msgpackr, because it
 * weighs 5.9 kB against 11.9 (min + gzip), has no dependencies against seven with an install script among them, and makes no
 * code at run time, so that a Content-Security-Policy has nothing to forbid. It reads int64 beyond 2^53 as the nearest
 * double, as JSON does, and hands over ext types that it does not know as data, where msgpackr gives a BigInt and throws.
 */
export function msgpack(): Codec {
  const encoder = new Encoder({ ignoreUndefined: true });
  let chunk = new Uint8Array(chunkSize);
  let used = 0;
  const kept = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => {
    if (bytes.length > chunkSize / 4) return new Uint8Array(bytes);
    if (used + bytes.length > chunkSize) {
      chunk = new Uint8Array(chunkSize);
      used = 0;
    }
    const copy = chunk.subarray(used, used + bytes.length);
    copy.set(bytes);
    used += bytes.length;
    return copy;
  };
  return {
    format: 'msgpack',
    binary: true,
    encode: (frame) => kept(encoder.encodeSharedRef(frame)),
    decode: (data) => {
      if (typeof data === 'string')
        throw new TypeError('A text frame arrived where MessagePack (binary) was agreed on.');
      const bytes = data instanceof Uint8Array ? data : viewOf(data);
      const read = bytes && readFrame(bytes);
      if (read) return read.value;
      // Each entry takes a byte at least. Room for as many as a damaged frame announces could be hundreds of megabytes.
      return new Decoder({ maxArrayLength: data.byteLength }).decode(data);
    },
  };
}
