import type { Observable, SchedulerLike } from 'rxjs';
import type { Log } from '../base/log.js';
import type { Lifecycle, WebSocketCtor } from '../socket/types.js';
import type { SeedStorage } from './auth/seed.js';
import type { DedupeLimits } from './inbox/inbox.js';
import type { IdFormat } from './json-rpc/requests.js';
import type { QueueLimits } from './publish/publisher.js';

/** The options of a RelayClient. Times are milliseconds, unless another unit is named. */
export interface RelayOptions {
  /** The project that pays, as the relay knows it; a relay of your own may do without. */
  readonly projectId?: string | undefined;
  /** Default `wss://relay.walletconnect.org`; a query is kept. */
  readonly relayUrl?: string | undefined;
  /**
   * 32 bytes, or 64 hexadecimal digits: the secret key of this client. The relay keeps one mailbox per key: a new key has a
   * new, empty mailbox. Wins over `storage`.
   */
  readonly seed?: Uint8Array | string | undefined;
  /** Keeps the seed beyond the end of the process, as `localStorage` does. Without one, each client makes a new seed. */
  readonly storage?: SeedStorage | undefined;
  /**
   * Keeps the topics of `subscribe()` in `storage` until `unsubscribe()`, and subscribes to them in the next process, as soon
   * as there is a connection; default false. The latest 1,000. One client for each storage.
   */
  readonly persistSubscriptions?: boolean | undefined;
  /** Seconds for which a token of this client is valid; default 86,400. */
  readonly tokenTtl?: number | undefined;
  /** Sends the token in a header instead of the URL where that is possible (Node); default false. */
  readonly bearerToken?: boolean | undefined;
  /** The user agent, in the relay's own grammar. */
  readonly ua?: string | undefined;
  /**
   * `'onDemand'` (default): the first subscriber, `subscribe`, `publish` or `connect()` opens the socket, `true`: the
   * constructor does, `false`: only `connect()`.
   */
  readonly autoConnect?: boolean | 'onDemand' | undefined;
  /** Time that a topic stays subscribed to after its last subscriber; default 2,500, `false`: for good. Ends at `disconnect()`. */
  readonly detachGrace?: number | false | undefined;
  /** Timeout of one attempt to publish; default 3,000. */
  readonly publishTimeout?: number | undefined;
  /** Most retries of a publish, and of a topic that is refused; default 3. */
  readonly publishRetries?: number | undefined;
  /** Timeout of all attempts of a publish together, and of `subscribe` and `unsubscribe`; default 15,000. */
  readonly publishDeadline?: number | undefined;
  /** Longest wait before the first retry of a publish; doubles with each further one. Default 400. */
  readonly publishRetryDelay?: number | undefined;
  /** Gives a publish up at once when the relay would refuse it again; default false. */
  readonly failFast?: boolean | undefined;
  /** Timeout of opening a socket, and of answers about subscriptions; default 10,000. */
  readonly requestTimeout?: number | undefined;
  /** Longest wait after a first failure to connect; doubles with each further one. Default 1,000. */
  readonly reconnectDelay?: number | undefined;
  /** Upper limit of that wait; default 10,000. */
  readonly reconnectDelayMax?: number | undefined;
  /** Silence of the relay after which the client sends a probe; default 8,000. */
  readonly probeAfter?: number | undefined;
  /** Timeout of the answer to a probe; then the connection counts as lost. Default 5,000. */
  readonly probeTimeout?: number | undefined;
  /** Writes ids as strings of digits (default) or as numbers. Both are exact. */
  readonly idFormat?: IdFormat | undefined;
  /** Limits within which duplicates are recognized; default 86,400 seconds, at least 10,000 messages. */
  readonly dedupe?: Partial<DedupeLimits> | undefined;
  /** Limits of publishes and requests that are not settled; one over them is rejected. Default 100,000 messages, 64 MiB. */
  readonly queue?: Partial<QueueLimits> | undefined;
  /** A WebSocket class to use instead of the platform's. */
  readonly webSocketCtor?: WebSocketCtor | undefined;
  /** Emits when the system or the page goes online, offline, and so on; from the page by default, nothing on servers. */
  readonly lifecycle$?: Observable<Lifecycle> | undefined;
  /**
   * Runs a function somewhere else and returns what it returns: all sockets, timers and page listeners are made in it, so that
   * they belong to no zone or span of whoever is first to use the client. Handlers of messages run there.
   */
  readonly outside?: (<T>(work: () => T) => T) | undefined;
  /** Source of time; a TestScheduler makes the whole client run in virtual time. */
  readonly scheduler?: SchedulerLike | undefined;
  /** Source of chance: gives a number from 0 up to, and without, 1. Not used for keys. */
  readonly random?: (() => number) | undefined;
  /** Called with each event; default: warnings and errors to the console. Never sees a seed or a token. */
  readonly log?: Log | undefined;
}
