import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import type { Codec } from '../../../codec/codec.js';
import { json } from '../../../codec/json.js';
import { msgpack } from '../../../codec/msgpack.js';

export type Format = Codec['format'];

export const codecs: Readonly<Record<Format, Codec>> = { json, msgpack: msgpack() };

/** A frame and its bytes, encoded once for all receivers of this format. */
export interface EncodedFrame {
  readonly frame: ProtocolMessage;
  readonly data: string | Uint8Array;
}

export const encodeFrame = (frame: ProtocolMessage, format: Format): EncodedFrame => ({
  frame,
  data: codecs[format].encode(frame),
});
