import { catchError, EMPTY, type Observable, type SchedulerLike } from 'rxjs';
import type { Codec } from '../../codec/codec.js';
import type { VcdiffDecoder } from '../../codec/vcdiff-decoder.js';
import { json } from '../../codec/json.js';
import { systemRandom, systemScheduler } from '../../rx/clock.js';
import {
  type Lifecycle,
  type PageStorage,
  noStorage,
  type Platform,
  platformOf,
} from '../../socket/types.js';
import type { AuthOptions } from '../auth/auth-options.js';
import { authOptionsOf, checkTokenParams, usesTokens } from '../auth/check-auth-options.js';
import type { TokenParams } from '../auth/token.js';
import type { ClientOptions } from './options.js';
import { hostsOf, type Hosts, isLoopback, inUrl } from '../endpoint/hosts.js';
import {
  amount,
  callable,
  flag,
  having,
  isText,
  type Validator,
  type Validators,
  oneOf,
  port,
  text,
} from '../../options/validators.js';
import { check, invalid } from '../check-options.js';
import { guarded, type Log, toConsole } from '../../log.js';
import type { QueueLimits } from '../outbox/outbox.js';
import { warnUnknown } from '../../options/unknown-options.js';
import { ErrorInfo } from '../wire/error-info.js';
import { textsOf } from '../wire/texts.js';

/** The options, checked and made whole: below this nothing has defaults. */
export interface Settings {
  /** AO2, as they were given; `auth.authorize()` may replace them. */
  readonly authOptions: AuthOptions;
  /** What tokens are asked for with, with the option `clientId` in it (RSA7d). */
  readonly tokenParams: TokenParams;
  readonly clientId: string | undefined;
  readonly hosts: Hosts;
  readonly port: number;
  readonly tls: boolean;
  readonly echoMessages: boolean;
  readonly queueMessages: boolean;
  readonly strictMode: boolean;
  readonly transportParams: Readonly<Record<string, string>>;
  readonly disconnectedRetryTimeout: number;
  readonly suspendedRetryTimeout: number;
  readonly channelRetryTimeout: number;
  readonly realtimeRequestTimeout: number;
  readonly httpRequestTimeout: number;
  readonly httpMaxRetryCount: number;
  readonly httpMaxRetryDuration: number;
  readonly maxMessageSize: number;
  readonly connectivityCheckUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly lifecycle$: Observable<Lifecycle>;
  readonly jitter: 'spec' | 'full';
  readonly recover: string | undefined;
  /** Where the recovery key goes when the page may end. */
  readonly recoveryMemory: PageStorage;
  readonly autoConnect: boolean | 'onDemand';
  readonly detachGrace: number | false;
  readonly queue: QueueLimits;
  readonly codec: Codec;
  readonly vcdiff: VcdiffDecoder | undefined;
  readonly platform: Platform;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  readonly log: Log;
}

const recoverName = 'a string, or a function that gives one';
/** What the types say, for those who have none; those of AuthOptions have been looked at before. */
const kinds: Partial<Validators<keyof ClientOptions>> = {
  clientId: text,
  endpoint: [
    (value) => isText(value) && isHost(value.replace(/^nonprod:(?=.)/, '')),
    'a host name or a routing policy id, without scheme, port and path; a port goes into "port" or "tlsPort"',
  ],
  fallbackHosts: [(value) => Array.isArray(value) && value.every(isHost), 'an array of host names'],
  connectivityCheckUrl: text,
  port,
  tlsPort: port,
  tls: flag,
  echoMessages: flag,
  queueMessages: flag,
  strictMode: flag,
  transportParams: having(),
  disconnectedRetryTimeout: amount,
  suspendedRetryTimeout: amount,
  channelRetryTimeout: amount,
  realtimeRequestTimeout: amount,
  httpRequestTimeout: amount,
  httpMaxRetryCount: amount,
  httpMaxRetryDuration: amount,
  maxMessageSize: amount,
  recover: [(value) => typeof value === 'string' || typeof value === 'function', recoverName],
  autoConnect: oneOf(true, false, 'onDemand'),
  detachGrace: [(value) => value === false || amount[0](value), `false, or ${amount[1]}`],
  defaultTokenParams: having(),
  queue: having(),
  codec: having('encode', 'decode'),
  vcdiff: having('decode'),
  webSocketCtor: callable,
  scheduler: having('schedule', 'now'),
  random: callable,
  fetch: callable,
  lifecycle$: having('subscribe'),
  jitter: oneOf('spec', 'full'),
  log: callable,
};
const size: Validator = [(value) => typeof value === 'number' && value >= 0, 'a number, 0 or more'];
const queueKinds: Validators<keyof QueueLimits> = { maxMessages: size, maxBytes: size };

/** TO3: what is not said. */
const defaults = {
  tls: true,
  echoMessages: true,
  queueMessages: true,
  strictMode: false,
  connectivityCheckUrl: 'https://internet-up.ably-realtime.com/is-the-internet-up.txt', // REC3a
  disconnectedRetryTimeout: 15_000,
  suspendedRetryTimeout: 30_000,
  channelRetryTimeout: 15_000,
  realtimeRequestTimeout: 10_000,
  httpRequestTimeout: 10_000,
  httpMaxRetryCount: 3,
  httpMaxRetryDuration: 15_000,
  maxMessageSize: 65_536,
  autoConnect: 'onDemand',
  detachGrace: 2500,
  codec: json,
  scheduler: systemScheduler,
  random: systemRandom,
  jitter: 'spec',
} as const satisfies Partial<Settings>;
const queueDefaults: QueueLimits = { maxMessages: 100_000, maxBytes: 64 * 1024 * 1024 };

/** RSC1a: a string is a key if it has a colon, and else a token. */
const optionsOf = (options: ClientOptions | string | null | undefined): ClientOptions =>
  typeof options !== 'string'
    ? (options ?? {})
    : options.includes(':')
      ? { key: options }
      : { token: options };

/** Checks the options once, and names the one that is wrong. Throws 40000, 40005, 40012, 40103 or 40106. */
export function settingsOf(given: ClientOptions | string, platform: Platform): Settings {
  const options = optionsOf(given);
  check(options, {}); // before it is read
  const settings = wholeOf(options, platform);
  warnUnknown(options, [kinds, settings.authOptions], settings.log);
  return settings;
}

function wholeOf(options: ClientOptions, platform: Platform): Settings {
  check(options, kinds);
  check(options.queue ?? {}, queueKinds, 'queue', 'queue.');
  const authOptions = authOptionsOf(options);
  const chosen = filled<Pick<Settings, keyof typeof defaults>>(defaults, options);
  const clientId = clientIdOf(options);
  const hosts = hostsOf(options.endpoint ?? undefined, options.fallbackHosts ?? undefined);
  if (!chosen.tls && !usesTokens(authOptions)) checkPlainKey(hosts);
  return {
    ...chosen,
    authOptions,
    tokenParams: tokenParamsOf(options, clientId),
    clientId,
    hosts,
    port: (chosen.tls ? options.tlsPort : options.port) ?? (chosen.tls ? 443 : 80), // TO3k4, TO3k5
    transportParams: textsOf(options.transportParams ?? {}),
    fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
    lifecycle$: (options.lifecycle$ ?? platform.lifecycle$).pipe(catchError(() => EMPTY)), // the user's: it may fail, we may not
    recover: recoverOf(options, platform),
    recoveryMemory: typeof options.recover === 'function' ? platform.memory : noStorage,
    queue: filled(queueDefaults, options.queue ?? {}),
    vcdiff: options.vcdiff ?? undefined,
    platform: options.webSocketCtor ? platformOf(options.webSocketCtor, platform.agent) : platform,
    log: guarded(options.log ?? toConsole),
  };
}

/** What is given, and else the default. */
const filled = <T extends object>(
  rest: T,
  given: { readonly [Name in keyof T]?: T[Name] | null | undefined },
): T =>
  Object.fromEntries(
    Object.entries(rest).map(([name, value]) => [name, given[name as keyof T] ?? (value as unknown)]),
  ) as T;

function isHost(host: unknown): boolean {
  if (typeof host !== 'string' || !/^\[?[\w.:-]+\]?$/.test(host) || /^[^:]*:[^:]*$/.test(host)) return false;
  try {
    return new URL(`wss://${host.startsWith('[') ? host : inUrl(host)}/`).pathname === '/';
  } catch {
    return false;
  }
}

/** RSA7d, RSA7a4; a timestamp and a nonce are for one request, and no default (TK2d). */
function tokenParamsOf({ defaultTokenParams }: ClientOptions, clientId: string | undefined): TokenParams {
  checkTokenParams(defaultTokenParams ?? {}, 'defaultTokenParams');
  const { timestamp: _, nonce: __, ...params }: TokenParams = defaultTokenParams ?? {};
  return { ...params, ...(clientId !== undefined && { clientId }) };
}

/** RSA1: a key never leaves over a plain connection, but to this very machine. */
function checkPlainKey({ primary, fallbacks }: Hosts): void {
  if ([primary, ...fallbacks].every(isLoopback)) return;
  throw new ErrorInfo(
    'A key must not be sent without TLS. Leave "tls" out, or use a token; only loopback addresses are exempt.',
    { code: 40103 },
  );
}

/** RSA7c */
function clientIdOf({ clientId }: ClientOptions): string | undefined {
  if (clientId !== '*') return clientId ?? undefined;
  throw new ErrorInfo(
    'The option "clientId" cannot be "*": that stands for any client. Leave it out, or name one.',
    { code: 40012 },
  );
}

function recoverOf({ recover }: ClientOptions, { memory }: Platform): string | undefined {
  const key: unknown = typeof recover === 'function' ? recover(memory.take()) : recover;
  if (key == null || typeof key === 'string') return key ?? undefined;
  throw invalid('recover', recoverName);
}
