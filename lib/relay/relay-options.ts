import type { Observable, SchedulerLike } from 'rxjs';
import type { Log } from '../log.js';
import type { Lifecycle, WebSocketCtor } from '../socket/types.js';
import type { SeedStorage } from './auth/seed.js';
import type { DedupeLimits } from './inbox/inbox.js';
import type { IdFormat } from './json-rpc/requests.js';
import type { QueueLimits } from './publish/publisher.js';

/** What a RelayClient is made with. Milliseconds, unless another unit is named. */
export interface RelayOptions {
  /** Who pays, as the relay knows it; a relay of one's own may do without. */
  readonly projectId?: string | undefined;
  /** Default `wss://relay.walletconnect.org`; a query is kept. */
  readonly relayUrl?: string | undefined;
  /**
   * 32 bytes, or 64 hexadecimal digits: the secret that says who this client is. Its mailbox at the relay is of this key: a
   * new key is a new, empty mailbox. Wins over `storage`.
   */
  readonly seed?: Uint8Array | string | undefined;
  /** Keeps the seed beyond the end of the process: `localStorage`, say. Without one, each client makes up a new seed. */
  readonly storage?: SeedStorage | undefined;
  /** Seconds for which a token of this client holds; default 86,400. */
  readonly tokenTtl?: number | undefined;
  /** Whether the token travels in a header instead of the URL, where there can be headers (Node); default false. */
  readonly bearerToken?: boolean | undefined;
  /** What the relay is told of this software; its own grammar. */
  readonly ua?: string | undefined;
  /**
   * `'onDemand'` (default): the first subscriber, `subscribe`, `publish` or `connect()` opens the socket, `true`: the
   * constructor does, `false`: only `connect()`.
   */
  readonly autoConnect?: boolean | 'onDemand' | undefined;
  /** How long a topic stays subscribed to after its last subscriber left; default 2,500, `false`: for good. After `disconnect()` it is not waited for. */
  readonly detachGrace?: number | false | undefined;
  /** How long one attempt to publish may take; default 3,000. */
  readonly publishTimeout?: number | undefined;
  /** How often a publish is sent again after the first time, and a refused topic asked for again; default 3. */
  readonly publishRetries?: number | undefined;
  /** How long all attempts of a publish may take together, and `subscribe` or `unsubscribe` until it is confirmed; default 15,000. */
  readonly publishDeadline?: number | undefined;
  /** How long a publish rests after its first attempt, at most; twice as long after each further one. Default 400. */
  readonly publishRetryDelay?: number | undefined;
  /** Whether a publish that the relay must refuse again is not sent again; default false. */
  readonly failFast?: boolean | undefined;
  /** How long opening a socket, and an answer about subscriptions, may take; default 10,000. */
  readonly requestTimeout?: number | undefined;
  /** How long the longest wait after a first failure to connect is; twice as long after each further one. Default 1,000. */
  readonly reconnectDelay?: number | undefined;
  /** How long it becomes at most; default 10,000. */
  readonly reconnectDelayMax?: number | undefined;
  /** How long the relay may be silent before it is asked for a sign of life; default 8,000. */
  readonly probeAfter?: number | undefined;
  /** How long it may take for that, before the connection counts as lost; default 5,000. */
  readonly probeTimeout?: number | undefined;
  /** How ids are written: as strings of digits (default), or as numbers. Both are exact. */
  readonly idFormat?: IdFormat | undefined;
  /** For how long a message that comes again is known again; default 86,400 seconds, at least 10,000 messages. */
  readonly dedupe?: Partial<DedupeLimits> | undefined;
  /** How much may be unsettled at once; a publish over it is rejected. Default 100,000 messages, 64 MiB. */
  readonly queue?: Partial<QueueLimits> | undefined;
  /** A WebSocket class to use instead of the platform's. */
  readonly webSocketCtor?: WebSocketCtor | undefined;
  /** What the system or the page tells of itself; from the page by default, nothing on servers. */
  readonly lifecycle$?: Observable<Lifecycle> | undefined;
  /** Where time comes from; a TestScheduler makes the whole client run in virtual time. */
  readonly scheduler?: SchedulerLike | undefined;
  /** Where chance comes from: a number from 0 up to, and without, 1. Keys do not come from it. */
  readonly random?: (() => number) | undefined;
  /** Told of what happens; default: warnings and errors to the console. Never sees a seed or a token. */
  readonly log?: Log | undefined;
}
