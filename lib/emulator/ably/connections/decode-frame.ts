import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import type { Data } from '../../../codec/codec.js';
import { byteLengthOf } from '../../../codec/codec.js';
import { refusal } from '../wire/errors.js';
import { codecs, type Format } from '../wire/formats.js';
import { isFields } from '../wire/fields.js';

interface Options {
  readonly isBinary: boolean;
  readonly format: Format;
  readonly maxFrameSize: number;
}

/** Decodes a frame from a client. Its fields are still unchecked. Throws 80013 or 40009. */
export function decodeFrame(data: Data, { isBinary, format, maxFrameSize }: Options): ProtocolMessage {
  if (byteLengthOf(data) > maxFrameSize) {
    throw refusal(40009, 413, `The frame is larger than ${maxFrameSize} bytes: publish less at a time.`);
  }
  if (format === 'msgpack' && !isBinary) throw unreadable(format);
  const frame = decode(data, format);
  if (!isFields(frame)) throw unreadable(format);
  return frame as unknown as ProtocolMessage;
}

function decode(data: Data, format: Format): unknown {
  try {
    return codecs[format].decode(data);
  } catch {
    throw unreadable(format);
  }
}

const unreadable = (format: Format): Error =>
  refusal(
    80013,
    400,
    `The frame is not a protocol message in ${format}: send one, or connect with another format.`,
  );
