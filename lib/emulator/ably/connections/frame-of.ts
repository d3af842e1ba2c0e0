import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import type { Data } from '../../../codec/codec.js';
import { byteLengthOf } from '../../../codec/codec.js';
import { refusal } from '../errors.js';
import { codecs, type Format } from '../formats.js';
import { isFields } from '../payload.js';

interface Facts {
  readonly isBinary: boolean;
  readonly format: Format;
  readonly maxFrameSize: number;
}

/** A frame from a client. Its fields are of any type still: whoever reads one checks it. Throws 40000 or 40009. */
export function frameOf(data: Data, { isBinary, format, maxFrameSize }: Facts): ProtocolMessage {
  if (byteLengthOf(data) > maxFrameSize) {
    throw refusal(40009, 400, `The frame is larger than ${maxFrameSize} bytes: publish less at a time.`);
  }
  if (format === 'msgpack' && !isBinary) throw unreadable(format);
  const frame = decoded(data, format);
  if (!isFields(frame)) throw unreadable(format);
  return frame as unknown as ProtocolMessage;
}

function decoded(data: Data, format: Format): unknown {
  try {
    return codecs[format].decode(data);
  } catch {
    throw unreadable(format);
  }
}

const unreadable = (format: Format): Error =>
  refusal(
    40000,
    400,
    `The frame is not a protocol message in ${format}: send one, or connect with another format.`,
  );
