import type { WireError } from '../../../ably/wire/error-info.js';
import type { SocketTraffic } from '../../host/server-core.js';
import type { Channels } from '../channels/channels.js';
import type { Authority } from '../auth/authority.js';
import type { Settings } from '../settings.js';
import type { ObjectDisturbance } from '../objects/disturbed-delivery.js';
import type { AutomaticLeaves } from '../presence/automatic-leaves.js';
import type { FrameTransport } from './frame-transport.js';
import type { Attachment } from '../attachments/attachment.js';
import type { ResumableSession } from './resumable-sessions.js';
import type { TokenWatch } from './token-watch.js';

/** Faults that were requested for this connection. */
export interface Faults {
  /** Errors for the next publishes, in order. */
  readonly refusals: WireError[];
  /** Answers to the next ATTACHes, in order: DETACHED with an error, or none. */
  readonly attachAnswers: (WireError | 'unanswered')[];
  /** ACKs and NACKs held back by `holdAcks`; undefined when they are sent at once. */
  heldAnswers: (() => void)[] | undefined;
  /** Number of next PRESENCE frames that are neither performed nor answered. */
  ignoredPresences: number;
  /** Names of channels whose sync pages are held back. */
  readonly heldSyncs: Set<string>;
  /** Names of channels whose pages of objects are held back. */
  readonly heldObjectSyncs: Set<string>;
  /** Disturbances of the next OBJECT frames to the client, in order. */
  readonly objectDisturbances: ObjectDisturbance[];
}

/** One connection with a transport, as the handlers of its frames see it. */
export interface ConnectionContext {
  readonly settings: Settings;
  readonly authority: Authority;
  readonly tokenWatch: TokenWatch;
  readonly leaves: AutomaticLeaves;
  readonly session: ResumableSession;
  readonly channels: Channels;
  readonly transport: FrameTransport;
  /** RTN2b: true when the connection gets its own messages. */
  readonly echo: boolean;
  /** Milliseconds since the epoch: when the transport was opened. */
  readonly since: number;
  /** Id of the connection that its key for a resume or a recovery names. */
  readonly cameFrom: string | undefined;
  /** Bytes so far, where the host can tell. */
  readonly socketTraffic: (() => SocketTraffic) | undefined;
  readonly received: { frames: number };
  readonly attachments: Map<string, Attachment>;
  readonly faults: Faults;
  /** True when this transport resumed an earlier connection. */
  readonly resumed: boolean;
  /** Makes the session unresumable. */
  readonly forget: () => void;
}
