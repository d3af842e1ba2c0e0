import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import { isFields } from '../wire/fields.js';
import { vcdiff } from './vcdiff.js';

/** How a delta can be spoilt: it names a message that the client has not got, or it is none. */
export type Breakage = 'base' | 'payload';

/** What the client of one attachment has got last, and so can build upon (RTL19, RTL20). */
interface Base {
  readonly id: string;
  readonly payload: Uint8Array;
}

/** The messages of one attachment as deltas of each other. */
export interface DeltaEncoder {
  /** The frame with every message after the first as a delta of the one before. */
  readonly encode: (frame: ProtocolMessage) => ProtocolMessage;
  /** Spoils the next delta. */
  readonly breakNext: (how: Breakage) => void;
}

const utf8 = new TextEncoder();

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
      data: how === 'payload' ? utf8.encode('no delta') : vcdiff(before.payload, payload),
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

/** RTL19: the data as it travels, before any step that only transport asks for. */
function payloadOf({ data }: WireMessage): Uint8Array | undefined {
  if (data instanceof Uint8Array) return data;
  return typeof data === 'string' ? utf8.encode(data) : undefined;
}

/** What is to be undone once the bytes are there; of a string, that they are UTF-8. */
const stepsOf = ({ data, encoding }: WireMessage): readonly string[] => [
  ...(encoding ? [encoding] : []),
  ...(typeof data === 'string' ? ['utf-8'] : []),
];
