import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import { isFields } from '../wire/fields.js';
import { vcdiff } from './vcdiff.js';
import { toUtf8 } from '../../../codec/utf8.js';

/** Ways to break a delta: it names a base that the client does not have, or its payload is invalid. */
export type Breakage = 'base' | 'payload';

/** The last message that an attachment has got, the base of the next delta (RTL19, RTL20). */
interface Base {
  readonly id: string;
  readonly payload: Uint8Array;
}

/** Encodes the messages of one attachment as deltas. */
export interface DeltaEncoder {
  /** The frame, with each message after the first as a delta of the one before. */
  readonly encode: (frame: ProtocolMessage) => ProtocolMessage;
  /** Breaks the next delta. */
  readonly breakNext: (how: Breakage) => void;
}

export function deltaEncoder(): DeltaEncoder {
  let base: Base | undefined;
  let breakage: Breakage | undefined;
  const next = (message: WireMessage, id: string): WireMessage => {
    const payload = payloadOf(message);
    const before = base;
    base = payload && { id, payload };
    if (!before || !payload) return message;
    const how = breakage;
    breakage = undefined;
    return {
      ...message,
      data: how === 'payload' ? toUtf8('no delta') : vcdiff(before.payload, payload),
      encoding: [...stepsOf(message), 'vcdiff'].join('/'),
      extras: {
        ...(isFields(message.extras) ? message.extras : {}),
        delta: { from: how === 'base' ? `${before.id}:none` : before.id, format: 'vcdiff' }, // DE2
      },
    };
  };
  return {
    encode: (frame) => ({
      ...frame,
      messages: (frame.messages ?? []).map((message, index) =>
        next(message, message.id ?? `${frame.id ?? ''}:${index}`),
      ),
    }),
    breakNext: (how) => void (breakage = how),
  };
}

/** RTL19: the data on the wire, without base64 for transport. */
function payloadOf({ data }: WireMessage): Uint8Array | undefined {
  if (data instanceof Uint8Array) return data;
  return typeof data === 'string' ? toUtf8(data) : undefined;
}

/** Encodings to undo after the delta; "utf-8" for a string. */
const stepsOf = ({ data, encoding }: WireMessage): readonly string[] => [
  ...(encoding ? [encoding] : []),
  ...(typeof data === 'string' ? ['utf-8'] : []),
];
