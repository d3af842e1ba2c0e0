import type { WireError } from '../../../ably/wire/error-info.js';
import type { Channel, Subscriber } from '../channels/channel.js';
import type { Channels } from '../channels/channels.js';
import type { Authority } from '../auth/authority.js';
import type { Settings } from '../settings.js';
import type { Line } from './line.js';
import type { Remembered } from './remembered.js';
import type { TokenWatch } from './token-watch.js';

/** One attachment of one transport. */
export interface Attachment {
  readonly channel: Channel;
  /** The granted modes, as bits (RTL4m). */
  readonly modes: number;
  readonly end: () => void;
}

/** How this connection's publishes are to be treated besides the rules. */
export interface PublishFaults {
  /** Errors for the next publishes, in order. */
  readonly refusals: WireError[];
  /** Answers that wait to be let go; undefined when answers are not held. */
  held: (() => void)[] | undefined;
}

/** What the answers to a client's frames work on: one connection with a transport. */
export interface Live {
  readonly settings: Settings;
  readonly authority: Authority;
  readonly watch: TokenWatch;
  readonly state: Remembered;
  readonly channels: Channels;
  readonly line: Line;
  readonly subscriber: Subscriber;
  readonly attachments: Map<string, Attachment>;
  readonly faults: PublishFaults;
  /** Whether this transport took up an earlier connection. */
  readonly resumed: boolean;
  /** Ends the connection for good: it cannot be resumed. */
  readonly forget: () => void;
}
