import { catchError, EMPTY, type Observable, type SchedulerLike } from 'rxjs';
import type { Codec } from '../codec/codec.js';
import type { VcdiffDecoder } from '../codec/vcdiff-decoder.js';
import { json } from '../codec/json.js';
import { systemRandom, systemScheduler } from '../rx/clock.js';
import { longestTimer } from '../rx/longest-timer.js';
import { type Lifecycle, type Memory, noMemory, type Platform, platformOf } from '../socket/address.js';
import type { AuthOptions } from './auth/auth-options.js';
import { checkAuthOptions, checkMeans, checkTokenParams, usesTokens } from './auth/means.js';
import type { TokenParams } from './auth/token.js';
import type { ClientOptions } from './client-options.js';
import { hostsOf, type Hosts, isLoopback, inUrl } from './endpoint.js';
import { guarded, type Log, toConsole } from '../log.js';
import type { QueueLimits } from './outbox/outbox.js';
import { ErrorInfo } from './wire/error-info.js';

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
  readonly recoveryMemory: Memory;
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

const invalid = (option: string, problem: string): ErrorInfo =>
  new ErrorInfo(`The option "${option}" ${problem}.`, { code: 40000, statusCode: 400 });

const highestPort = 65_535;

/** REC3a */
const defaultConnectivityCheckUrl = 'https://internet-up.ably-realtime.com/is-the-internet-up.txt';

interface Kind {
  readonly includes: (value: unknown) => boolean;
  readonly problem: string;
}
const flag: Kind = {
  includes: (value) => typeof value === 'boolean',
  problem: 'has to be true or false',
};
const functionKind: Kind = {
  includes: (value) => typeof value === 'function',
  problem: 'has to be a function',
};
const object = (...methods: readonly string[]): Kind => ({
  includes: (value) =>
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    methods.every((method) => typeof (value as Readonly<Record<string, unknown>>)[method] === 'function'),
  problem: `has to be an object${methods.length > 0 ? ` with the methods ${methods.join(' and ')}` : ''}`,
});
/** What the types say, for those who have none. */
const kinds: Readonly<Partial<Record<keyof ClientOptions, Kind>>> = {
  fallbackHosts: {
    includes: (value) =>
      Array.isArray(value) && value.every((host: unknown) => typeof host === 'string' && isHost(host)),
    problem: 'has to be an array of host names',
  },
  tls: flag,
  echoMessages: flag,
  queueMessages: flag,
  strictMode: flag,
  transportParams: object(),
  queue: object(),
  codec: object('encode', 'decode'),
  vcdiff: object('decode'),
  webSocketCtor: functionKind,
  scheduler: object('schedule', 'now'),
  random: functionKind,
  fetch: functionKind,
  lifecycle$: object('subscribe'),
  log: functionKind,
};

function checkKinds(options: { readonly [name in keyof ClientOptions]?: unknown }): void {
  for (const [name, { includes, problem }] of Object.entries(kinds)) {
    const value = options[name as keyof ClientOptions];
    if (value !== undefined && value !== null && !includes(value)) throw invalid(name, problem);
  }
}

/** RSC1a: a string is a key if it has a colon, and else a token. */
const optionsOf = (options: ClientOptions | string): ClientOptions =>
  typeof options !== 'string' ? options : options.includes(':') ? { key: options } : { token: options };

/** Checks the options once, and names the one that is wrong. Throws 40000, 40005, 40012, 40103 or 40106. */
export function settingsOf(given: ClientOptions | string, platform: Platform): Settings {
  const options = optionsOf(given);
  if (typeof (options as unknown) !== 'object' || (options as unknown) === null)
    throw new ErrorInfo('The client has no options. Give it an object with at least "key" or "token".', {
      code: 40106,
      statusCode: 400,
    });
  checkKinds(options);
  const authOptions = authOptionsOf(options);
  const clientId = clientIdOf(options);
  const tls = options.tls ?? true;
  const hosts = hostsOf(endpointOf(options), options.fallbackHosts);
  if (!tls && !usesTokens(authOptions)) checkPlainKey(hosts);
  return {
    authOptions,
    tokenParams: tokenParamsOf(options, clientId),
    clientId,
    hosts,
    tls,
    port: portOf(options, tls),
    echoMessages: options.echoMessages ?? true,
    queueMessages: options.queueMessages ?? true,
    strictMode: options.strictMode ?? false,
    transportParams: Object.fromEntries(
      Object.entries(options.transportParams ?? {}).map(([name, value]) => [name, String(value)]),
    ),
    disconnectedRetryTimeout: count(options, 'disconnectedRetryTimeout', 15_000),
    suspendedRetryTimeout: count(options, 'suspendedRetryTimeout', 30_000),
    channelRetryTimeout: count(options, 'channelRetryTimeout', 15_000),
    realtimeRequestTimeout: count(options, 'realtimeRequestTimeout', 10_000),
    httpRequestTimeout: count(options, 'httpRequestTimeout', 10_000),
    httpMaxRetryCount: count(options, 'httpMaxRetryCount', 3),
    httpMaxRetryDuration: count(options, 'httpMaxRetryDuration', 15_000),
    maxMessageSize: count(options, 'maxMessageSize', 65_536),
    connectivityCheckUrl: text(options, 'connectivityCheckUrl') ?? defaultConnectivityCheckUrl,
    fetch: options.fetch ?? ((...args) => globalThis.fetch(...args)),
    lifecycle$: (options.lifecycle$ ?? platform.lifecycle$).pipe(catchError(() => EMPTY)), // the user's: it may fail, we may not
    jitter: jitterOf(options),
    recover: recoverOf(options, platform),
    recoveryMemory: typeof options.recover === 'function' ? platform.memory : noMemory,
    autoConnect: autoConnectOf(options),
    detachGrace: options.detachGrace === false ? false : count(options, 'detachGrace', 2500),
    queue: queueOf(options.queue ?? {}),
    codec: options.codec ?? json,
    vcdiff: options.vcdiff ?? undefined,
    platform: options.webSocketCtor ? platformOf(options.webSocketCtor, platform.agent) : platform,
    scheduler: options.scheduler ?? systemScheduler,
    random: options.random ?? systemRandom,
    log: guarded(options.log ?? toConsole),
  };
}

const isHost = (host: string): boolean => {
  if (!/^\[?[\w.:-]+\]?$/.test(host) || /^[^:]*:[^:]*$/.test(host)) return false;
  try {
    return new URL(`wss://${host.startsWith('[') ? host : inUrl(host)}/`).pathname === '/';
  } catch {
    return false;
  }
};

/** A host name, an IPv6 address, or a routing policy's id (REC1b); a port has options of its own. */
function endpointOf(options: ClientOptions): string | undefined {
  const endpoint = text(options, 'endpoint');
  if (endpoint === undefined || isHost(endpoint.replace(/^nonprod:(?=.)/, ''))) return endpoint;
  throw invalid(
    'endpoint',
    'has to be a host name or a routing policy id, without scheme, port and path; a port goes into "port" or "tlsPort"',
  );
}

function text(
  options: ClientOptions,
  name: 'endpoint' | 'clientId' | 'connectivityCheckUrl',
): string | undefined {
  const value: unknown = options[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(
    name,
    `has to be a string that is not empty; it was ${value === '' ? 'empty' : `of type ${typeof value}`}`,
  );
}

function count<
  N extends 'port' | 'tlsPort' | 'detachGrace' | `${string}Timeout` | 'maxMessageSize' | `httpMax${string}`,
>(options: { readonly [name in N]?: unknown }, name: N, fallback: number, most = longestTimer): number {
  const value: unknown = options[name];
  if (value === undefined) return fallback;
  const isWhole = most !== highestPort || Number.isInteger(value);
  if (typeof value === 'number' && Number.isFinite(value) && isWhole && value >= 0 && value <= most)
    return value;
  throw invalid(
    name,
    `has to be a number from 0 to ${most}; it was ${typeof value === 'number' ? value : `of type ${typeof value}`}`,
  );
}

/** TO3k4, TO3k5; the other one has to be right as well. */
function portOf(options: ClientOptions, tls: boolean): number {
  const [plain, secure] = [
    count(options, 'port', 80, highestPort),
    count(options, 'tlsPort', 443, highestPort),
  ];
  return tls ? secure : plain;
}

function authOptionsOf(options: ClientOptions): AuthOptions {
  checkAuthOptions(options);
  checkMeans(options);
  const { key, token, tokenDetails, authCallback, authUrl, authMethod } = options;
  const { authHeaders, authParams, queryTime, useTokenAuth } = options;
  return {
    ...{ key, token, tokenDetails, authCallback, authUrl, authMethod },
    ...{ authHeaders, authParams, queryTime, useTokenAuth },
  };
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
    { code: 40103, statusCode: 401 },
  );
}

/** RSA7c */
function clientIdOf(options: ClientOptions): string | undefined {
  const clientId = text(options, 'clientId');
  if (clientId !== '*') return clientId;
  throw new ErrorInfo(
    'The option "clientId" cannot be "*": that stands for any client. Leave it out, or name one.',
    { code: 40012, statusCode: 400 },
  );
}

function jitterOf({ jitter = 'spec' }: ClientOptions): 'spec' | 'full' {
  if (['spec', 'full'].includes(jitter)) return jitter;
  throw invalid('jitter', "has to be 'spec' or 'full'");
}

function recoverOf({ recover }: ClientOptions, { memory }: Platform): string | undefined {
  const key: unknown = typeof recover === 'function' ? recover(memory.take()) : recover;
  if (key === undefined || key === null || typeof key === 'string') return key ?? undefined;
  throw invalid('recover', 'has to be a string, or a function that gives one');
}

function autoConnectOf({ autoConnect = 'onDemand' }: ClientOptions): boolean | 'onDemand' {
  if (autoConnect === 'onDemand' || typeof autoConnect === 'boolean') return autoConnect;
  throw invalid('autoConnect', "has to be true, false or 'onDemand'");
}

function queueOf({ maxMessages = 100_000, maxBytes = 64 * 1024 * 1024 }: Partial<QueueLimits>): QueueLimits {
  for (const [name, value] of Object.entries({ maxMessages, maxBytes }))
    if (!(typeof value === 'number' && value >= 0))
      throw invalid(`queue.${name}`, 'has to be a number, 0 or more');
  return { maxMessages, maxBytes };
}
