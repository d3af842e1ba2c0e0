import type { ProtocolMessage } from '../../../ably/wire/frames.js';
import { type Encoded, encoded, type Format } from '../formats.js';
import { textualFrame } from '../payload.js';

/** One accepted publish: the MESSAGE frame that all receivers get, encoded once per format. */
export class Publication {
  readonly channelSerial: string;
  readonly timestamp: number;
  readonly serials: readonly string[];
  /** The frame with binary payloads as bytes. */
  readonly frame: ProtocolMessage;
  #encoded: { [Name in Format]?: Encoded } = {};

  constructor(frame: ProtocolMessage & { readonly channelSerial: string; readonly timestamp: number }) {
    this.frame = frame;
    this.channelSerial = frame.channelSerial;
    this.timestamp = frame.timestamp;
    this.serials = (frame.messages ?? []).map(({ serial = '' }) => serial);
  }

  as(format: Format): Encoded {
    return (this.#encoded[format] ??= encoded(
      format === 'json' ? textualFrame(this.frame) : this.frame,
      format,
    ));
  }

  /** Lets the bytes go once all have been served; a later replay makes them again. */
  release(): void {
    this.#encoded = {};
  }
}
