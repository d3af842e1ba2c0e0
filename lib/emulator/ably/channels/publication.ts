import { Action } from '../../../ably/wire/actions.js';
import { Flag, hasFlag } from '../../../ably/wire/flags.js';
import type { ProtocolMessage, WireMessage } from '../../../ably/wire/frames.js';
import { type EncodedFrame, encodeFrame, type Format } from '../wire/formats.js';
import { jsonFrame } from '../wire/payload.js';

type Stamped = ProtocolMessage & { readonly channelSerial: string; readonly timestamp: number };

/** Properties of an attachment that decide which publications it gets. */
export interface Listener {
  readonly connectionId: string;
  /** RTN2b: true when it gets its own messages. */
  readonly echo: boolean;
  /** The granted modes, as bits (RTL4m). */
  readonly modes: number;
}

const modes: { readonly [Name in Action]?: number } = {
  [Action.annotation]: Flag.annotationSubscribe,
  [Action.presence]: Flag.presenceSubscribe,
  [Action.object]: Flag.objectSubscribe,
};

/** One frame of a channel, encoded once per format for all receivers. */
export class Publication {
  readonly channelSerial: string;
  readonly timestamp: number;
  /** The frame, with binary payloads as bytes. */
  readonly frame: ProtocolMessage;
  /** The frame for attachments that come later: after an append, the whole message. */
  readonly replay: ProtocolMessage;
  #encoded: { [Name in Format]?: EncodedFrame } = {};

  constructor(frame: Stamped, replay: ProtocolMessage = frame) {
    this.frame = frame;
    this.replay = replay;
    this.channelSerial = frame.channelSerial;
    this.timestamp = frame.timestamp;
  }

  /** Bit of the mode that an attachment needs to get it (RTL4m). */
  get mode(): number {
    return modes[this.frame.action] ?? Flag.subscribe;
  }

  /** New messages; empty in a frame about earlier ones. */
  get newMessages(): readonly WireMessage[] {
    const { messages = [] } = this.frame;
    return messages[0]?.action === 0 ? messages : [];
  }

  /** True when it is for present attachments alone: it is neither stored nor sent again. */
  get ephemeral(): boolean {
    return this.frame.action === Action.object || isEphemeral(this.frame.messages?.[0]); // a sync says it all
  }

  encodedAs(format: Format): EncodedFrame {
    return (this.#encoded[format] ??= encodeForFormat(this.frame, format));
  }

  /** RTP17a: a connection gets its own presence always; all else by modes and echo. */
  isFor({ connectionId, echo, modes: granted }: Listener): boolean {
    const own = this.frame.connectionId === connectionId;
    if (own && this.frame.action === Action.presence && hasFlag(granted, Flag.presence)) return true;
    return hasFlag(granted, this.mode) && (echo || !own || this.frame.action === Action.presence);
  }

  /** Drops the encoded bytes once all receivers are served. */
  release(): void {
    this.#encoded = {};
  }
}

/** True for a message that is marked so; messages that are published together are all marked, or none is. */
export const isEphemeral = (message: WireMessage | undefined): boolean =>
  message?.extras !== undefined &&
  (message.action ?? 0) === 0 &&
  (message.extras as { readonly ephemeral?: unknown }).ephemeral === true;

/** Encodes a frame, with binary payloads in the way of the format. */
export const encodeForFormat = (frame: ProtocolMessage, format: Format): EncodedFrame =>
  encodeFrame(format === 'json' ? jsonFrame(frame) : frame, format);

/** A message with the fields that its frame implies (TM2a, TM2c, TM2f). */
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
