import type { Observable, SchedulerLike } from 'rxjs';
import type { Codec } from '../../codec/codec.js';
import type { VcdiffDecoder } from '../../codec/vcdiff-decoder.js';
import type { Lifecycle, WebSocketCtor } from '../../socket/types.js';
import type { AuthOptions } from '../auth/auth-options.js';
import type { TokenParams } from '../auth/token.js';
import type { Log } from '../../log.js';
import type { QueueLimits } from '../outbox/outbox.js';

/** TO3, with the specification's names, meanings and defaults, and this library's own beside them. */
export interface ClientOptions extends AuthOptions {
  /** TO3a: who this client is; not `'*'` (RSA7c). */
  readonly clientId?: string | undefined;
  /** TO3j11: what tokens are asked for with, where nothing else is said; `clientId` wins over its own (RSA7a4). */
  readonly defaultTokenParams?: Omit<TokenParams, 'timestamp' | 'nonce'> | undefined;
  /** TO3k8, REC1: a host name, or a routing policy's id. */
  readonly endpoint?: string | undefined;
  /** TO3k6 */
  readonly fallbackHosts?: readonly string[] | undefined;
  /** TO3k4 */
  readonly port?: number | undefined;
  /** TO3k5 */
  readonly tlsPort?: number | undefined;
  /** TO3d: default true. */
  readonly tls?: boolean | undefined;
  /** TO3h: whether this connection receives its own messages; default true. */
  readonly echoMessages?: boolean | undefined;
  /** TO3g: whether publishes wait for a connection; default true. */
  readonly queueMessages?: boolean | undefined;
  /** TO3r: whether what cannot have its effect fails, instead of being logged; default false. */
  readonly strictMode?: boolean | undefined;
  /** REC3b: asked whether there is an internet at all before a fallback host is tried; has to answer "yes". */
  readonly connectivityCheckUrl?: string | undefined;
  /**
   * RTC1c, RTN16: what `connection.createRecoveryKey()` gave in another process, to go on where that one left off; or a
   * function that is shown the last key and gives the one to use, or none. A page's last key is kept, for its tab, when it
   * is hidden or frozen, for one client a page, and only where this is a function; elsewhere it is shown `null`. One that cannot be read is
   * logged and ignored.
   */
  readonly recover?: (string | ((lastKey: string | null) => string | null | undefined)) | undefined;
  /** RTC1f: further parameters of the connection's URL; they win over the library's own. */
  readonly transportParams?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** TO3l1: milliseconds, default 15,000. */
  readonly disconnectedRetryTimeout?: number | undefined;
  /** TO3l2: milliseconds, default 30,000. */
  readonly suspendedRetryTimeout?: number | undefined;
  /** TO3l7: milliseconds, default 15,000. */
  readonly channelRetryTimeout?: number | undefined;
  /** TO3l11: milliseconds, default 10,000. */
  readonly realtimeRequestTimeout?: number | undefined;
  /** TO3l4: milliseconds that one HTTP request may take, default 10,000. */
  readonly httpRequestTimeout?: number | undefined;
  /** TO3l5: how many fallback hosts an HTTP request may try, default 3. */
  readonly httpMaxRetryCount?: number | undefined;
  /** TO3l6: milliseconds after which an HTTP request tries no further host, default 15,000. */
  readonly httpMaxRetryDuration?: number | undefined;
  /** TO3l8: bytes, default 65,536; what the server says in CONNECTED wins. */
  readonly maxMessageSize?: number | undefined;
  /**
   * TO3e, RTN3: `'onDemand'` (default): the first lease, the first publish or `connect()` opens the socket, `true`: the
   * constructor does, `false`: only `connect()`.
   */
  readonly autoConnect?: boolean | 'onDemand' | undefined;
  /** Milliseconds that a channel stays attached after its last subscriber left; default 2500, `false`: for good. */
  readonly detachGrace?: number | false | undefined;
  /** How much may wait for an ACK at once; a publish over it is rejected. Default 100,000 messages, 64 MiB. */
  readonly queue?: Partial<QueueLimits> | undefined;
  /** JSON by default; `msgpack()` makes the connection binary. */
  readonly codec?: Codec | undefined;
  /** PC3: undoes deltas, for channels with `params: { delta: 'vcdiff' }`: `vcdiff` of `rx-realtime/vcdiff`. */
  readonly vcdiff?: VcdiffDecoder | undefined;
  /** A WebSocket class to use instead of the platform's. */
  readonly webSocketCtor?: WebSocketCtor | undefined;
  /** Used for every HTTP request; the platform's by default. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** RTN20: what the system or the page tells of itself; from the page by default, nothing on servers. */
  readonly lifecycle$?: Observable<Lifecycle> | undefined;
  /** RTB1b: `'spec'` (default) waits 80 to 100 % of a backoff, `'full'` 0 to 100 %, for fleets that are cut off at once. */
  readonly jitter?: 'spec' | 'full' | undefined;
  /** Where time comes from; a TestScheduler makes the whole client run in virtual time. */
  readonly scheduler?: SchedulerLike | undefined;
  /** Where chance comes from: a number from 0 up to, and without, 1. */
  readonly random?: (() => number) | undefined;
  /** Told of what happens; default: warnings and errors to the console. Never sees a key or a token. */
  readonly log?: Log | undefined;
}
