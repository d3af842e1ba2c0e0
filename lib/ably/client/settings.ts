import { catchError, EMPTY, filter, type Observable, type SchedulerLike } from 'rxjs';
import type { Codec } from '../../codec/codec.js';
import type { ConnectionSettings } from '../../connection/connection.js';
import type { ChannelRules } from '../channel/state.js';
import { backoff, fullJitter } from '../endpoint/backoff.js';
import type { AblySession } from '../transport/session.js';
import { json } from '../../codec/json.js';
import { guarded, type Log, toConsole } from '../../base/log.js';
import {
  amount,
  callable,
  flag,
  having,
  identity,
  isText,
  oneOf,
  port,
  type Validators,
} from '../../options/validators.js';
import {
  type Outside,
  scheduleOutside,
  subscribeOutside,
  systemRandom,
  systemScheduler,
} from '../../rx/clock.js';
import { type Lifecycle, type Platform, platformOf } from '../../socket/types.js';
import { check } from '../check-options.js';
import { isHost, primaryHost } from '../endpoint/hosts.js';
import { ErrorInfo } from '../wire/error-info.js';
import { textsOf } from '../wire/texts.js';
import type { ClientFeature } from './features.js';
import type { ConnectionOptions, CoreOptions, PlaceOptions } from './options.js';

/** Identity and place of a client, checked and made whole. */
export interface Place {
  readonly clientId: string | undefined;
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  readonly codec: Codec;
  readonly outside: Outside | undefined;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  readonly log: Log;
}

/** The options of every connection, checked and made whole; features and parts make their own whole. */
export interface Settings extends Place {
  readonly echoMessages: boolean;
  readonly strictMode: boolean;
  readonly transportParams: Readonly<Record<string, string>>;
  readonly disconnectedRetryTimeout: number;
  readonly suspendedRetryTimeout: number;
  readonly channelRetryTimeout: number;
  readonly connectionStateTtl: number;
  readonly realtimeRequestTimeout: number;
  readonly lifecycle$: Observable<Lifecycle>;
  readonly jitter: 'spec' | 'full';
  readonly autoConnect: boolean | 'onDemand';
  readonly detachGrace: number | false;
  readonly platform: Platform;
}

/** Checks of the options that every client has, also one without a socket. */
export const placeValidators: Validators<keyof PlaceOptions> = {
  clientId: identity,
  endpoint: [
    (value) => isText(value) && isHost(value.replace(/^nonprod:(?=.)/, '')),
    'a host name or a routing policy id, without scheme, port and path; a port goes into "port" or "tlsPort"',
  ],
  port,
  tlsPort: port,
  tls: flag,
  codec: having('encode', 'decode'),
  outside: callable,
  scheduler: having('schedule', 'now'),
  random: callable,
  log: callable,
};

/** Checks for users without a compiler, of everything that the types say. */
export const coreValidators: Validators<keyof ConnectionOptions> = {
  ...placeValidators,
  echoMessages: flag,
  strictMode: flag,
  transportParams: having(),
  disconnectedRetryTimeout: amount,
  suspendedRetryTimeout: amount,
  channelRetryTimeout: amount,
  connectionStateTtl: amount,
  realtimeRequestTimeout: amount,
  autoConnect: oneOf(true, false, 'onDemand'),
  detachGrace: [(value) => value === false || amount[0](value), `false, or ${amount[1]}`],
  webSocketCtor: callable,
  lifecycle$: having('subscribe'),
  jitter: oneOf('spec', 'full'),
};

/** TO3: the defaults. */
const defaults = {
  echoMessages: true,
  strictMode: false,
  disconnectedRetryTimeout: 15_000,
  suspendedRetryTimeout: 30_000,
  channelRetryTimeout: 15_000,
  connectionStateTtl: 120_000, // DF1a
  realtimeRequestTimeout: 10_000,
  autoConnect: 'onDemand',
  detachGrace: 2500,
  jitter: 'spec',
} as const satisfies Partial<Settings>;
type Defaulted = Pick<Settings, keyof typeof defaults>;

/** Makes the options whole that every client has. Throws 40012 on a wrong "clientId". */
export function placeOf(options: PlaceOptions): Place {
  const tls = options.tls ?? true;
  const outside = options.outside ?? undefined;
  const place = {
    clientId: clientIdOf(options),
    host: primaryHost(options.endpoint ?? undefined),
    port: (tls ? options.tlsPort : options.port) ?? (tls ? 443 : 80), // TO3k4, TO3k5
    tls,
    codec: options.codec ?? json,
    outside,
    scheduler: scheduleOutside(options.scheduler ?? systemScheduler, outside),
    random: options.random ?? systemRandom,
    log: guarded(options.log ?? toConsole),
  };
  const [other, wanted] = tls ? (['port', 'tlsPort'] as const) : (['tlsPort', 'port'] as const);
  if (options[other] != null && options[wanted] == null)
    place.log('warn', {
      message: `The option "${other}" is for connections ${tls ? 'without' : 'with'} TLS, and port ${place.port} is dialled. Set "tls" to ${!tls}, or "${wanted}".`,
    });
  return place;
}

/** Checks the options once. Throws 40000 or 40012 with the name of the one that is wrong. */
export function settingsOf(options: CoreOptions, platform: Platform): Settings {
  check(options, coreValidators);
  const place = placeOf(options);
  const settings: Settings & Record<string, unknown> = {
    ...(defaults as Defaulted),
    ...place,
    transportParams: textsOf(options.transportParams ?? {}),
    lifecycle$: (options.lifecycle$?.pipe(catchError(() => EMPTY)) ?? platform.lifecycle$).pipe(
      subscribeOutside(place.outside),
    ), // the user's may fail, the client may not
    platform: options.webSocketCtor ? platformOf(options.webSocketCtor, platform.agent) : platform,
  };
  for (const name in defaults) {
    const given = options[name as keyof Defaulted];
    if (given != null) settings[name] = given;
  }
  return settings;
}

/** RSA7c */
function clientIdOf({ clientId }: PlaceOptions): string | undefined {
  if (clientId !== '*') return clientId ?? undefined;
  throw new ErrorInfo(
    'The option "clientId" cannot be "*": that stands for any client. Leave it out, or name one.',
    { code: 40012 },
  );
}

/** Milliseconds after which a connection, or a channel, is stable: one lost before that waits before it is tried again. */
const stableAfter = 1000;

/** The connection's share of the settings. */
export function connectionSettings(
  settings: Settings,
  hosts: readonly [string, ...string[]],
  features: readonly ClientFeature[],
): ConnectionSettings<AblySession> {
  const {
    disconnectedRetryTimeout,
    suspendedRetryTimeout: suspendedRetry,
    realtimeRequestTimeout: requestTimeout,
  } = settings;
  const { platform, scheduler, random, lifecycle$, outside } = settings;
  const outlivesPage = features.some(({ keepsSession }) => keepsSession);
  const wait = settings.jitter === 'full' ? fullJitter : backoff;
  return {
    rules: {
      hosts,
      disconnectedRetry: (n, chance) => wait(disconnectedRetryTimeout, n, chance), // RTB1
      suspendedRetry,
      stableAfter,
      keepFor: settings.connectionStateTtl,
    },
    requestTimeout,
    platform,
    outside,
    lifecycle$: outlivesPage ? lifecycle$.pipe(filter((sign) => sign !== 'terminated')) : lifecycle$,
    scheduler,
    random,
  };
}

/** The channels' share of the settings. */
export const channelRules = ({
  realtimeRequestTimeout: requestTimeout,
  channelRetryTimeout,
  detachGrace,
}: Pick<Settings, 'realtimeRequestTimeout' | 'channelRetryTimeout' | 'detachGrace'>): ChannelRules => ({
  requestTimeout,
  detachGrace,
  retry: (n, chance) => backoff(channelRetryTimeout, n, chance), // RTB1
  rest: (n, chance) => (n < 2 ? 0 : Math.min(1000 * 2 ** (n - 2), backoff(channelRetryTimeout, n, chance))),
  stableAfter,
});
