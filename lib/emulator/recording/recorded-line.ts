import type { TransportEnd } from '../host/server-core.js';

/** Name of a server in a recording. */
export type ServerName = 'ably' | 'relay';

/** The first line of a recording. */
export interface RecordingStart {
  readonly version: 1;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly servers: readonly ServerName[];
}

/** Time and place of all that happens on a connection. */
interface OfConnection {
  /** Milliseconds since the recording began. */
  readonly t: number;
  readonly server: ServerName;
  /** Id of the connection; a later transport of it has the same one. */
  readonly connection: string;
}

/** A transport has opened, or was open when the recording began. */
export interface RecordedOpening extends OfConnection {
  readonly event: 'open';
  readonly format: 'json' | 'msgpack';
  readonly clientId?: string;
  /** Id of the connection that its key for a resume or a recovery named. */
  readonly cameFrom?: string;
}

/** A frame, decoded and without secrets; bytes are base64. */
export interface RecordedFrame extends OfConnection {
  /** As the server sees it: `in` is from the client. */
  readonly direction: 'in' | 'out';
  readonly frame: Readonly<Record<string, unknown>>;
}

/** A transport became half-open, or was that no longer. */
export interface RecordedSilence extends OfConnection {
  readonly event: 'silence';
  readonly on: boolean;
}

/** A transport has ended. */
export interface RecordedEnd extends OfConnection {
  readonly event: 'close';
  readonly by: TransportEnd['by'];
  /** Absent where the client has closed, or the server has dropped it. */
  readonly code?: number;
}

/** The last line of a recording that was too large to go on. */
export interface RecordingFull {
  readonly t: number;
  readonly event: 'full';
}

/** A line of a recording, which is a text of JSON lines. */
export type RecordedLine =
  RecordingStart | RecordedOpening | RecordedFrame | RecordedSilence | RecordedEnd | RecordingFull;
