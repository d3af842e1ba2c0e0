import { catchError, EMPTY, type Observable, type SchedulerLike } from 'rxjs';
import { guarded, type Log, toConsole } from '../log.js';
import { systemRandom, systemRandomBytes, systemScheduler } from '../rx/clock.js';
import { longestTimer } from '../rx/longest-timer.js';
import { type Lifecycle, type Platform, platformOf } from '../socket/address.js';
import { version } from '../version.js';
import { type SeedStorage, seedOf } from './auth/seed.js';
import type { DedupeLimits } from './inbox/inbox.js';
import type { IdFormat } from './json-rpc/requests.js';
import { checkKinds, countIn } from './option-kinds.js';
import type { QueueLimits } from './publishing/publisher.js';
import { invalid } from './relay-error.js';
import type { RelayOptions } from './relay-options.js';

/** The options, checked and made whole: below this nothing has defaults. */
export interface Settings {
  readonly projectId: string | undefined;
  readonly relayUrl: URL;
  readonly seed: Uint8Array | undefined;
  readonly storage: SeedStorage | undefined;
  readonly tokenTtl: number;
  readonly bearerToken: boolean;
  readonly ua: string;
  readonly autoConnect: boolean | 'onDemand';
  readonly detachGrace: number | false;
  readonly publishTimeout: number;
  readonly publishRetries: number;
  readonly publishDeadline: number;
  readonly publishRetryDelay: number;
  readonly failFast: boolean;
  readonly requestTimeout: number;
  readonly reconnectDelay: number;
  readonly reconnectDelayMax: number;
  readonly probeAfter: number;
  readonly probeTimeout: number;
  readonly idFormat: IdFormat;
  readonly dedupe: DedupeLimits;
  readonly queue: QueueLimits;
  readonly platform: Platform;
  readonly lifecycle$: Observable<Lifecycle>;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly log: Log;
}

/** Checks the options once, and names the one that is wrong. */
export function settingsOf(given: RelayOptions, platform: Platform): Settings {
  const options: RelayOptions = (given as unknown) === undefined ? {} : given;
  checkKinds(options);
  const count = (name: keyof RelayOptions, fallback: number, least = 0, most = longestTimer): number =>
    countIn(options, name, { fallback, least, most });
  return {
    projectId: options.projectId ?? undefined,
    relayUrl: urlOf(options.relayUrl ?? 'wss://relay.walletconnect.org'),
    seed: seedOf(options.seed),
    storage: options.storage ?? undefined,
    tokenTtl: count('tokenTtl', 86_400, 1),
    bearerToken: options.bearerToken ?? false,
    ua: options.ua ?? uaOf(platform),
    autoConnect: options.autoConnect ?? 'onDemand',
    detachGrace: options.detachGrace === false ? false : count('detachGrace', 2500),
    publishTimeout: count('publishTimeout', 3000, 1),
    publishRetries: count('publishRetries', 3, 0, 100),
    publishDeadline: count('publishDeadline', 15_000, 1),
    publishRetryDelay: count('publishRetryDelay', 400),
    failFast: options.failFast ?? false,
    requestTimeout: count('requestTimeout', 10_000, 1),
    reconnectDelay: count('reconnectDelay', 1000),
    reconnectDelayMax: count('reconnectDelayMax', 10_000),
    probeAfter: count('probeAfter', 8000, 1),
    probeTimeout: count('probeTimeout', 5000, 1),
    idFormat: options.idFormat ?? 'string',
    dedupe: dedupeOf(options.dedupe ?? {}),
    queue: queueOf(options.queue ?? {}),
    platform: options.webSocketCtor ? platformOf(options.webSocketCtor, platform.agent) : platform,
    lifecycle$: (options.lifecycle$ ?? platform.lifecycle$).pipe(catchError(() => EMPTY)), // the user's: it may fail, we may not
    scheduler: options.scheduler ?? systemScheduler,
    random: options.random ?? systemRandom,
    randomBytes: systemRandomBytes,
    log: guarded(options.log ?? toConsole),
  };
}

/** `wc-2/<sdk>-<version>/<os>-<version>/<environment>` */
const uaOf = ({ agent }: Platform): string =>
  `wc-2/rx-realtime-${version}/${agent ? `${agent.replace('/', '-')}/node` : 'web-0/browser'}`;

function urlOf(text: string): URL {
  try {
    const url = new URL(text);
    if (url.protocol === 'wss:' || url.protocol === 'ws:') return url;
  } catch {
    // told below
  }
  throw invalid('relayUrl', 'has to be a URL that begins with wss: or ws:');
}

function dedupeOf({ ttl = 86_400, count = 10_000 }: Partial<DedupeLimits>): DedupeLimits {
  const limits = { ttl, count };
  for (const name of ['ttl', 'count'] as const)
    countIn(limits, name, { fallback: 0, least: 1, most: longestTimer, prefix: 'dedupe.' });
  return limits;
}

function queueOf({ maxMessages = 100_000, maxBytes = 64 * 1024 * 1024 }: Partial<QueueLimits>): QueueLimits {
  const limits = { maxMessages, maxBytes };
  for (const name of ['maxMessages', 'maxBytes'] as const)
    countIn(limits, name, { fallback: 0, least: 0, most: Infinity, prefix: 'queue.' });
  return limits;
}
