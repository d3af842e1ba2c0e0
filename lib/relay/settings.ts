import { catchError, EMPTY, type Observable, type SchedulerLike } from 'rxjs';
import { guarded, type Log, toConsole } from '../base/log.js';
import { warnFields, warnUnknown } from '../options/unknown-options.js';
import {
  type Outside,
  scheduleOutside,
  subscribeOutside,
  systemRandom,
  systemRandomBytes,
  systemScheduler,
  withoutRandomBytes,
} from '../rx/clock.js';
import { type Lifecycle, type Platform, platformOf } from '../socket/types.js';
import { version } from '../base/version.js';
import { type SeedStorage, seedOf } from './auth/seed.js';
import type { DedupeLimits } from './inbox/inbox.js';
import type { IdFormat } from './json-rpc/requests.js';
import type { QueueLimits } from './publish/publisher.js';
import { check, invalidOption, RelayError } from './relay-error.js';
import type { RelayOptions } from './relay-options.js';
import { dedupeValidators, queueValidators, validators } from './validators.js';

/** The options, checked, with defaults: nothing below this has any. */
export interface Settings {
  readonly projectId: string | undefined;
  /** Without a fragment; its path is not empty. */
  readonly relayUrl: string;
  readonly seed: Uint8Array | undefined;
  readonly storage: SeedStorage | undefined;
  readonly persistSubscriptions: boolean;
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
  readonly outside: Outside | undefined;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly log: Log;
}

/** Checks the options once, and names the first that is wrong; logs a warning for each unknown one. */
export function settingsOf(given: RelayOptions, platform: Platform): Settings {
  const missing = withoutRandomBytes();
  if (missing !== undefined) throw new RelayError(missing);
  check(given, validators);
  if (given.persistSubscriptions && !given.storage)
    throw new RelayError(
      'The option "persistSubscriptions" needs the option "storage", where the topics are kept. Set it: localStorage is one.',
    );
  const settings = withDefaults(given, platform);
  warnUnknown(given, [validators], settings.log);
  warnFields(given.dedupe, dedupeValidators, settings.log, 'the option "dedupe"');
  warnFields(given.queue, queueValidators, settings.log, 'the option "queue"');
  return settings;
}

const withDefaults = (options: RelayOptions, platform: Platform): Settings => ({
  projectId: options.projectId ?? undefined,
  relayUrl: urlOf(options.relayUrl ?? 'wss://relay.walletconnect.org'),
  seed: seedOf(options.seed),
  storage: options.storage ?? undefined,
  persistSubscriptions: options.persistSubscriptions ?? false,
  tokenTtl: options.tokenTtl ?? 86_400,
  bearerToken: options.bearerToken ?? false,
  ua: options.ua ?? uaOf(platform),
  autoConnect: options.autoConnect ?? 'onDemand',
  detachGrace: options.detachGrace ?? 2500,
  publishTimeout: options.publishTimeout ?? 3000,
  publishRetries: options.publishRetries ?? 3,
  publishDeadline: options.publishDeadline ?? 15_000,
  publishRetryDelay: options.publishRetryDelay ?? 400,
  failFast: options.failFast ?? false,
  requestTimeout: options.requestTimeout ?? 10_000,
  reconnectDelay: options.reconnectDelay ?? 1000,
  reconnectDelayMax: options.reconnectDelayMax ?? 10_000,
  probeAfter: options.probeAfter ?? 8000,
  probeTimeout: options.probeTimeout ?? 5000,
  idFormat: options.idFormat ?? 'string',
  dedupe: dedupeOf(options.dedupe ?? {}),
  queue: queueOf(options.queue ?? {}),
  platform: options.webSocketCtor ? platformOf(options.webSocketCtor, platform.agent) : platform,
  lifecycle$: (options.lifecycle$ ?? platform.lifecycle$).pipe(
    catchError(() => EMPTY), // the user's may fail, ours must not
    subscribeOutside(options.outside),
  ),
  outside: options.outside ?? undefined,
  scheduler: scheduleOutside(options.scheduler ?? systemScheduler, options.outside),
  random: options.random ?? systemRandom,
  randomBytes: systemRandomBytes,
  log: guarded(options.log ?? toConsole),
});

/** Gives `wc-2/<sdk>-<version>/<os>-<version>/<environment>` */
const uaOf = ({ agent }: Platform): string =>
  `wc-2/rx-realtime-${version}/${agent ? `${agent.replace('/', '-')}/node` : 'web-0/browser'}`;

/** Takes the URL apart itself: the URL class of React Native can neither be copied nor changed. */
function urlOf(text: string): string {
  const [, origin, path, query = ''] =
    /^(wss?:\/\/[^\s/?#\\]+)([^\s?#]*)(\?[^\s#]*)?(?:#\S*)?$/i.exec(text) ?? [];
  if (origin === undefined) throw invalidOption('relayUrl', 'a URL that begins with wss: or ws:');
  return `${origin.toLowerCase()}${path || '/'}${query}`;
}

function dedupeOf(given: Partial<DedupeLimits>): DedupeLimits {
  check(given, dedupeValidators, 'dedupe.');
  return { ttl: given.ttl ?? 86_400, count: given.count ?? 10_000 };
}

function queueOf(given: Partial<QueueLimits>): QueueLimits {
  check(given, queueValidators, 'queue.');
  return { maxMessages: given.maxMessages ?? 100_000, maxBytes: given.maxBytes ?? 64 * 1024 * 1024 };
}
