import type { WireError } from '../../../ably/wire/error-info.js';
import type { Channel, Subscriber } from '../channels/channel.js';
import type { Channels } from '../channels/channels.js';
import type { Authority } from '../auth/authority.js';
import type { Settings } from '../settings.js';
import type { Departures } from '../presence/automatic-leaves.js';
import type { Line } from './frame-transport.js';
import type { ChannelParams } from '../attachments/channel-params.js';
import type { Receiver } from '../attachments/attachment-sender.js';
import type { Remembered } from './resumable-sessions.js';
import type { Syncing } from '../presence/sync.js';
import type { TokenWatch } from './token-watch.js';

/** One attachment of one transport. */
export interface Attachment {
  /** What the client calls the channel, with the qualifier of a derived one. */
  readonly name: string;
  readonly channel: Channel;
  /** The granted modes, as bits (RTL4m); a fault may change them. */
  modes: number;
  /** Whether the client has said which modes it wants. */
  readonly chosen: boolean;
  /** Those that are served (RTL4k1). */
  readonly params: ChannelParams;
  readonly receiver: Receiver;
  readonly syncing: Syncing;
  readonly occupied?: Subscriber['occupied'];
  readonly end: () => void;
}

/** How what this connection asks for is to be treated besides the rules. */
export interface Faults {
  /** Errors for the next publishes, in order. */
  readonly refusals: WireError[];
  /** What becomes of the next ATTACHes, in order: DETACHED with an error, or nothing. */
  readonly attaches: (WireError | 'unanswered')[];
  /** Answers that wait to be let go; undefined when answers are not held. */
  held: (() => void)[] | undefined;
  /** How many of the next PRESENCE frames are neither done nor answered. */
  ignoredPresences: number;
  /** Names of channels whose pages of a sync wait to be let go. */
  readonly heldSyncs: Set<string>;
}

/** What the answers to a client's frames work on: one connection with a transport. */
export interface Live {
  readonly settings: Settings;
  readonly authority: Authority;
  readonly watch: TokenWatch;
  readonly departures: Departures;
  readonly state: Remembered;
  readonly channels: Channels;
  readonly line: Line;
  /** RTN2b: whether its own messages come back to it. */
  readonly echo: boolean;
  readonly attachments: Map<string, Attachment>;
  readonly faults: Faults;
  /** Whether this transport took up an earlier connection. */
  readonly resumed: boolean;
  /** Ends the connection for good: it cannot be resumed. */
  readonly forget: () => void;
}
