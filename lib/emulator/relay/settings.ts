import type { SchedulerLike } from 'rxjs';
import { systemRandom, systemScheduler } from '../../rx/clock.js';
import type { IdFormat } from './json-rpc/outgoing.js';
import type { PushIdFormat } from './json-rpc/push-ids.js';

/** Options of a relay emulator; every field has a default. */
export interface RelayOptions {
  /** Source of all time. Default: `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
  /** Source of all randomness: 0 ≤ n < 1. */
  readonly random?: () => number;
  /** Admitted project ids. Default: any, or none at all. */
  readonly projects?: readonly string[];
  /** Admitted `Origin`s; those of loopback always are. Default: any that its host lets in. */
  readonly origins?: readonly string[];
  /** `false` trusts the clientId of the JWT, or of the parameter `clientId`, without proof. Default: true. */
  readonly checkJwt?: boolean;
  /** Accepted values of a JWT's `aud`. Default: any. */
  readonly audience?: readonly string[];
  /** Form of ids in answers. Default: `number`, as of the hosted relay. */
  readonly ids?: IdFormat;
  /** Form of ids of pushes. Default: 15 digits, as a number. */
  readonly pushIds?: Partial<PushIdFormat>;
  /** `false` accepts any text as a topic, instead of 64 hex digits. Default: true. */
  readonly checkTopics?: boolean;
  /** `false` forgets a client's subscriptions when its last socket closes. Default: true. */
  readonly stickySubscriptions?: boolean;
  /** In ms: time after which an unacknowledged push is pushed again; 0 is never. Default: 4,000. */
  readonly pushTimeout?: number;
  /** In ms of silence: interval of pings, on sockets that can ping; 0 is never. Default: 30,000. */
  readonly pingInterval?: number;
  /** In ms: a connection that is silent for so long and has no subscription is closed with 4008. Default: 0, never. */
  readonly staleAfter?: number;
  /** In seconds. Default: 1 to 2,592,000 (30 days). */
  readonly ttl?: { readonly min?: number; readonly max?: number };
  /** Limit of frames per socket; more close it with 1013. `true` is 900 in 60,000 ms. Default: no limit. */
  readonly rateLimit?: boolean | RateLimit;
  readonly limits?: Partial<RelayLimits>;
}

/** At most `messages` frames in `per` ms. */
export interface RateLimit {
  readonly messages: number;
  readonly per: number;
}

/** Limits of sizes and numbers. */
export interface RelayLimits {
  /** Bytes of one message. Default: 98,304. */
  readonly payload: number;
  /** Bytes of a frame, or of a body. Default: 4 MiB. */
  readonly frame: number;
  /** Topics, messages or receipts in one call. Default: 500. */
  readonly batch: number;
  /** Messages stored per topic. Default: 10,000. */
  readonly mailbox: number;
  /** Topics with stored messages. Default: 100,000. */
  readonly topics: number;
  /** Subscribers of a topic. Default: 10,000. */
  readonly subscribers: number;
  /** Known clients; of those without a socket the oldest is forgotten first. Default: 100,000. */
  readonly clients: number;
  /** Messages in the answer to one fetch. Default: 100. */
  readonly page: number;
}

/** RelayOptions, complete; nothing below has defaults. */
export interface RelaySettings {
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  readonly projects: readonly string[] | undefined;
  readonly origins: readonly string[] | undefined;
  readonly checkJwt: boolean;
  readonly audience: readonly string[] | undefined;
  readonly ids: IdFormat;
  readonly pushIds: PushIdFormat;
  readonly checkTopics: boolean;
  readonly stickySubscriptions: boolean;
  readonly pushTimeout: number;
  readonly pingInterval: number;
  readonly staleAfter: number;
  readonly ttl: { readonly min: number; readonly max: number };
  readonly rateLimit: RateLimit | undefined;
  readonly limits: RelayLimits;
}

const limits: RelayLimits = {
  payload: 98_304,
  frame: 4 * 1024 * 1024,
  batch: 500,
  mailbox: 10_000,
  topics: 100_000,
  subscribers: 10_000,
  clients: 100_000,
  page: 100,
};

/** Throws a TypeError that names the invalid option. */
export function relaySettingsOf(options: RelayOptions): RelaySettings {
  const { ids = 'number', pushIds: { digits = 15, as = 'number' } = {}, ttl = {} } = options;
  const chosen = Object.entries({ ...limits, ...options.limits }).map(
    ([name, value]) => [name, natural(`limits.${name}`, value, 1)] as const,
  );
  return {
    scheduler: options.scheduler ?? systemScheduler,
    random: options.random ?? systemRandom,
    projects: options.projects,
    origins: options.origins,
    checkJwt: options.checkJwt ?? true,
    audience: options.audience,
    ids: oneOf('ids', ids, ['number', 'string', 'same']),
    pushIds: {
      digits: oneOf('pushIds.digits', digits, [15, 19]),
      as: oneOf('pushIds.as', as, ['number', 'string']),
    },
    checkTopics: options.checkTopics ?? true,
    stickySubscriptions: options.stickySubscriptions ?? true,
    pushTimeout: natural('pushTimeout', options.pushTimeout ?? 4000),
    pingInterval: natural('pingInterval', options.pingInterval ?? 30_000),
    staleAfter: natural('staleAfter', options.staleAfter ?? 0),
    ttl: { min: natural('ttl.min', ttl.min ?? 1), max: natural('ttl.max', ttl.max ?? 2_592_000) },
    rateLimit: rateLimitOf(options.rateLimit ?? false),
    limits: Object.fromEntries(chosen) as unknown as RelayLimits,
  };
}

function rateLimitOf(given: boolean | RateLimit): RateLimit | undefined {
  if (given === false) return undefined;
  const { messages, per } = given === true ? { messages: 900, per: 60_000 } : given;
  return { messages: natural('rateLimit.messages', messages, 1), per: natural('rateLimit.per', per, 1) };
}

const longest = 2 ** 31 - 1; // a longer timer fires at once

function natural(name: string, value: number, least = 0): number {
  if (Number.isInteger(value) && value >= least && value <= longest) return value;
  throw new TypeError(
    `The option \`${name}\` is ${value}: give it a whole number from ${least} to ${longest}.`,
  );
}

function oneOf<T>(name: string, value: T, allowed: readonly T[]): T {
  if (allowed.includes(value)) return value;
  throw new TypeError(`The option \`${name}\` is ${String(value)}: give it one of ${allowed.join(', ')}.`);
}
