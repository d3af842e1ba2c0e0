import { Decoder, Encoder } from '@msgpack/msgpack';
import type { Codec } from './codec.js';

/** Binary frames: `new RealtimeClient({ codec: msgpack() })`. `undefined` fields are left out, as JSON does. */
export function msgpack(): Codec {
  const encoder = new Encoder({ ignoreUndefined: true });
  const decoder = new Decoder();
  return {
    format: 'msgpack',
    binary: true,
    encode: (frame) => encoder.encode(frame),
    decode: (data) => {
      if (typeof data === 'string')
        throw new TypeError('A text frame arrived where MessagePack (binary) was agreed on.');
      return decoder.decode(plain(data));
    },
  };
}

/** Payloads are views of the frame, so the frame has to be a plain `Uint8Array` for them to be, and not Node's Buffer. */
const plain = (data: ArrayBuffer | Uint8Array): Uint8Array =>
  data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
