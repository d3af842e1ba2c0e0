import { Action } from '../../../ably/wire/actions.js';
import { Flag, hasFlag } from '../../../ably/wire/flags.js';
import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import { type EncodedFrame, encodeFrame, type Format } from '../wire/formats.js';
import { jsonFrame } from '../wire/payload.js';

type Stamped = ProtocolMessage & { readonly channelSerial: string; readonly timestamp: number };

/** What decides on what an attachment hears. */
export interface Listener {
  readonly connectionId: string;
  /** RTN2b: whether what it says itself comes back to it. */
  readonly echo: boolean;
  /** The granted modes, as bits (RTL4m). */
  readonly modes: number;
}

const modes: { readonly [Name in Action]?: number } = {
  [Action.annotation]: Flag.annotationSubscribe,
  [Action.presence]: Flag.presenceSubscribe,
};

/** One frame that a channel has said: all receivers get it, encoded once per format. */
export class Publication {
  readonly channelSerial: string;
  readonly timestamp: number;
  /** The frame with binary payloads as bytes. */
  readonly frame: ProtocolMessage;
  /** What is said in its place to those who were not there: of an append, all that the message has become. */
  readonly replay: ProtocolMessage;
  #encoded: { [Name in Format]?: EncodedFrame } = {};

  constructor(frame: Stamped, replay: ProtocolMessage = frame) {
    this.frame = frame;
    this.replay = replay;
    this.channelSerial = frame.channelSerial;
    this.timestamp = frame.timestamp;
  }

  /** The bit of the mode that an attachment needs to get it (RTL4m). */
  get mode(): number {
    return modes[this.frame.action] ?? Flag.subscribe;
  }

  /** New messages, empty in a frame that only says something about those of others. */
  get newMessages(): readonly WireMessage[] {
    const { messages = [] } = this.frame;
    return messages[0]?.action === 0 ? messages : [];
  }

  encodedAs(format: Format): EncodedFrame {
    return (this.#encoded[format] ??= encodeForFormat(this.frame, format));
  }

  /** RTP17a: members hear of themselves, whatever else they hear; all others as modes and echo say. */
  isFor({ connectionId, echo, modes: granted }: Listener): boolean {
    const own = this.frame.connectionId === connectionId;
    if (own && this.frame.action === Action.presence && hasFlag(granted, Flag.presence)) return true;
    return hasFlag(granted, this.mode) && (echo || !own || this.frame.action === Action.presence);
  }

  /** Lets the bytes go once all have been served. */
  release(): void {
    this.#encoded = {};
  }
}

/** A frame in a format, with its binary payloads as the format has them. */
export const encodeForFormat = (frame: ProtocolMessage, format: Format): EncodedFrame =>
  encodeFrame(format === 'json' ? jsonFrame(frame) : frame, format);

/** A message of a frame as it is told outside of it (TM2a, TM2c, TM2f). */
export const standaloneMessage = (
  message: WireMessage,
  frame: ProtocolMessage,
  index: number,
): WireMessage => ({
  id: `${frame.id ?? ''}:${index}`,
  ...(frame.connectionId === undefined ? {} : { connectionId: frame.connectionId }),
  ...(frame.timestamp === undefined ? {} : { timestamp: frame.timestamp }),
  ...message,
});
