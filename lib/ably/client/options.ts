import type { Observable, SchedulerLike } from 'rxjs';
import type { Codec } from '../../codec/codec.js';
import type { VcdiffDecoder } from '../../codec/vcdiff-decoder.js';
import type { Log } from '../../base/log.js';
import type { Lifecycle, WebSocketCtor } from '../../socket/types.js';
import type { AuthOptions } from '../auth/auth-options.js';
import type { TokenParams } from '../auth/token.js';
import type { HttpOptions } from '../http.js';
import type { PublisherOptions } from '../outbox/options.js';
import type { FallbackOptions } from './fallbacks.js';
import type { Composition } from './features.js';
import type { RecoveryOptions } from './recovery.js';

/** TO3: identity and place of a client, with the specification's names, meanings and defaults. */
export interface PlaceOptions {
  /** TO3a: this client's identity; not `'*'` (RSA7c). */
  readonly clientId?: string | undefined;
  /** TO3k8, REC1: a host name, or a routing policy's id. */
  readonly endpoint?: string | undefined;
  /** TO3k4: port without TLS, default 80. */
  readonly port?: number | undefined;
  /** TO3k5: port with TLS, default 443. */
  readonly tlsPort?: number | undefined;
  /** TO3d: default true. */
  readonly tls?: boolean | undefined;
  /** JSON by default; `msgpack()` makes the connection binary. */
  readonly codec?: Codec | undefined;
  /**
   * Runs a function somewhere else and returns what it returns: all sockets, timers, requests and page listeners are made in
   * it, so that they belong to no zone, span or request of whoever is first to use the client. Handlers of messages run there.
   */
  readonly outside?: (<T>(work: () => T) => T) | undefined;
  /** Where time comes from; a TestScheduler makes the whole client run in virtual time. */
  readonly scheduler?: SchedulerLike | undefined;
  /** Where chance comes from: a number from 0 up to, and without, 1. */
  readonly random?: (() => number) | undefined;
  /** Told of what happens; default: warnings and errors to the console. Never sees a key or a token. */
  readonly log?: Log | undefined;
}

/** TO3: the options of a client's connection and of its channels, with the specification's names, meanings and defaults. */
export interface ConnectionOptions extends PlaceOptions {
  /** TO3h: whether this connection receives its own messages; default true. */
  readonly echoMessages?: boolean | undefined;
  /** TO3r: whether a subscriber that cannot be served fails, instead of a warning in the log; default false. */
  readonly strictMode?: boolean | undefined;
  /** RTC1f: further parameters of the connection's URL; they win over the library's own. */
  readonly transportParams?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** TO3l1: milliseconds before a lost connection is dialled again, default 15,000. */
  readonly disconnectedRetryTimeout?: number | undefined;
  /** TO3l2: milliseconds before a suspended connection is dialled again, default 30,000. */
  readonly suspendedRetryTimeout?: number | undefined;
  /** TO3l7: milliseconds before a suspended channel is attached again, default 15,000. */
  readonly channelRetryTimeout?: number | undefined;
  /** DF1a: milliseconds of an outage before the connection is suspended, default 120,000; the server's word in CONNECTED wins. */
  readonly connectionStateTtl?: number | undefined;
  /** TO3l11: milliseconds that the server may take for an answer, default 10,000. */
  readonly realtimeRequestTimeout?: number | undefined;
  /**
   * TO3e, RTN3: `'onDemand'` (default): the first lease, the first publish or `connect()` opens the socket, `true`: the
   * constructor does, `false`: only `connect()`.
   */
  readonly autoConnect?: boolean | 'onDemand' | undefined;
  /** Milliseconds that a channel stays attached after its last subscriber left; default 2500, `false`: for good. */
  readonly detachGrace?: number | false | undefined;
  /** A WebSocket class to use instead of the platform's. */
  readonly webSocketCtor?: WebSocketCtor | undefined;
  /** RTN20: signs of life of the system or the page; from the page by default, nothing on servers. */
  readonly lifecycle$?: Observable<Lifecycle> | undefined;
  /** RTB1b: `'spec'` (default) waits 80 to 100 % of a backoff, `'full'` 0 to 100 %, for fleets that are cut off at once. */
  readonly jitter?: 'spec' | 'full' | undefined;
}

/** The options of `createClient`: a key or `auth`, and the features that the client is to have. */
export interface CoreOptions extends ConnectionOptions, PublisherOptions, HttpOptions, Composition {
  /** AO2a: `appId.keyId:secret`. Over plain `ws:` it is refused but for loopback addresses (RSA1). */
  readonly key?: string | undefined;
}

/** TO3: the options of a `RealtimeClient`. */
export interface ClientOptions
  extends ConnectionOptions, AuthOptions, PublisherOptions, HttpOptions, FallbackOptions, RecoveryOptions {
  /** TO3j11: params of token requests, where none are given; `clientId` wins over its own (RSA7a4). */
  readonly defaultTokenParams?: Omit<TokenParams, 'timestamp' | 'nonce'> | undefined;
  /** PC3: undoes deltas, for channels with `params: { delta: 'vcdiff' }`: `vcdiff` of `rx-realtime/vcdiff`. */
  readonly vcdiff?: VcdiffDecoder | undefined;
  /** Features that the client has not by itself: `objects` of `rx-realtime/objects`. */
  readonly features?: Composition['features'];
}

/** RSC1a: the options that the first argument of a client stands for: a string is a key if it has a colon, and else a token. */
export const optionsOf = (options: ClientOptions | string | null | undefined): ClientOptions =>
  typeof options !== 'string'
    ? (options ?? {})
    : options.includes(':')
      ? { key: options }
      : { token: options };
