/**
 * JSON texts over the WebSocket `/console/stream`: the console sends an AdminRequest, the server answers each with an
 * AdminAnswer, and tells of itself with the rest.
 */
export type AdminEvent = AdminState | AdminFrames | AdminAnswer;

/** All that the console shows of the servers, twice a second and after each request. */
export interface AdminState {
  readonly type: 'state';
  /** Milliseconds since the epoch, of the server. */
  readonly at: number;
  /** Undefined where only a relay runs. */
  readonly ably: AdminAbly | undefined;
  /** Undefined where no relay runs beside. */
  readonly relay: AdminRelay | undefined;
  readonly recording: AdminRecording;
}

/** The emulator of Ably. */
export interface AdminAbly {
  readonly url: string;
  /** Names of the keys (`app.key`), never their secrets. */
  readonly keyNames: readonly string[];
  readonly refusing: false | 'drop' | { readonly code: number; readonly message: string };
  /** Oldest first. */
  readonly connections: readonly AdminConnection[];
  /** By name. */
  readonly channels: readonly AdminChannel[];
}

/** Traffic since the connection began. */
export interface AdminTraffic {
  readonly framesIn: number;
  readonly framesOut: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Bytes that wait for the client to read them; 0 where the host can't tell. */
  readonly bytesWaiting: number;
}

/** A connection of the emulator of Ably. */
export interface AdminConnection extends AdminTraffic {
  readonly id: string;
  readonly clientId: string | undefined;
  readonly format: 'json' | 'msgpack';
  /** `half-open` while it is silenced. */
  readonly state: 'connected' | 'half-open';
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly channels: readonly string[];
  /** True where it has a token, which can expire. */
  readonly hasToken: boolean;
  /** Milliseconds by which each frame is held back. */
  readonly delay: number;
}

/** A channel of the emulator of Ably that somebody is attached to, or that has a past. */
export interface AdminChannel {
  readonly name: string;
  readonly appId: string;
  readonly members: readonly AdminMember[];
  /** Occupancy metrics. */
  readonly occupancy: Readonly<Record<string, number>>;
  /** Messages since the channel began; the console makes its plots of differences. */
  readonly published: number;
  /** The latest ten messages, oldest first. */
  readonly latest: readonly AdminMessage[];
}

export interface AdminMember {
  readonly clientId: string;
  readonly connectionId: string;
  readonly data: unknown;
}

export interface AdminMessage {
  readonly serial: string;
  readonly name: string | undefined;
  readonly clientId: string | undefined;
  readonly timestamp: number;
  /** As in a JSON frame, cut to 1,000 characters where it is text. */
  readonly data: unknown;
}

/** The emulator of the relay. */
export interface AdminRelay {
  readonly url: string;
  readonly refusing: unknown;
  readonly clients: readonly AdminRelayClient[];
  readonly topics: readonly AdminTopic[];
}

export interface AdminRelayClient {
  readonly id: string;
  readonly connected: boolean;
  readonly topics: readonly string[];
  /** Messages that the client has not acknowledged. */
  readonly mailbox: number;
}

export interface AdminTopic {
  readonly topic: string;
  readonly subscribers: readonly string[];
  readonly messages: readonly {
    readonly message: string;
    readonly tag: number;
    readonly publishedAt: number;
  }[];
}

/** The one recording of the server. */
export interface AdminRecording {
  readonly running: boolean;
  /** Frames that are recorded, to be had from `GET /console/recording`. */
  readonly frames: number;
  readonly bytes: number;
}

/** Frames of the watched connections, in order, at most every 100 ms. */
export interface AdminFrames {
  readonly type: 'frames';
  readonly frames: readonly AdminFrame[];
  /** Frames that were left out, because more came than the console can show (1,000 each 100 ms). */
  readonly leftOut: number;
}

export interface AdminFrame {
  /** Counts all frames of the server, from 1 on. */
  readonly number: number;
  readonly at: number;
  readonly server: 'ably' | 'relay';
  readonly connection: string;
  /** As the server sees it: `in` is from the client. */
  readonly direction: 'in' | 'out';
  readonly bytes: number;
  /** Decoded, without keys and tokens; bytes as base64. */
  readonly frame: Readonly<Record<string, unknown>>;
}

/** The answer to the request of this `id`. */
export interface AdminAnswer {
  readonly type: 'answer';
  readonly id: number;
  /** Why the request was refused; undefined when it is done. */
  readonly error: string | undefined;
}

/** A request of the console. */
export type AdminRequest = { readonly id: number } & AdminCommand;

/** All that the console can ask for. `connection` is an id; `server` is the emulator of Ably where it is left out. */
export type AdminCommand =
  /** Frames of these connections are told of from now on; of all with `'all'`. Replaces what was watched before. */
  | { readonly do: 'watch'; readonly connections: readonly string[] | 'all' }
  | { readonly do: 'drop'; readonly connection: string }
  | { readonly do: 'silence'; readonly connection: string; readonly on: boolean }
  | { readonly do: 'delay'; readonly connection: string; readonly ms: number }
  | { readonly do: 'nack'; readonly connection: string; readonly count: number }
  | { readonly do: 'forget'; readonly connection: string }
  | { readonly do: 'expireToken'; readonly connection: string }
  | { readonly do: 'detach'; readonly connection: string; readonly channel: string }
  | { readonly do: 'fail'; readonly connection: string; readonly channel: string }
  | { readonly do: 'refuse'; readonly on: boolean; readonly server?: 'ably' | 'relay' }
  /** Drops everybody at once. */
  | { readonly do: 'storm'; readonly server?: 'ably' | 'relay' }
  | { readonly do: 'publish'; readonly channel: string; readonly name?: string; readonly data: unknown }
  | { readonly do: 'enter'; readonly channel: string; readonly clientId: string; readonly data?: unknown }
  | { readonly do: 'leave'; readonly channel: string; readonly clientId: string }
  | { readonly do: 'relayPublish'; readonly topic: string; readonly message: string }
  /** Begins a recording, and forgets the one before. */
  | { readonly do: 'record'; readonly on: boolean };
