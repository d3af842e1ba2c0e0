import type { SchedulerLike } from 'rxjs';
import { systemRandom, systemScheduler } from '../../rx/clock.js';
import type { IdFormat } from './json-rpc/outgoing.js';
import type { PushIdFormat } from './json-rpc/push-ids.js';

/** What a relay emulator may be told; every field has a default. */
export interface RelayOptions {
  /** Where all time comes from. Default: `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
  /** Where all chance comes from: 0 ≤ n < 1. */
  readonly random?: () => number;
  /** The project ids that are let in. Default: any, and none. */
  readonly projects?: readonly string[];
  /** The `Origin`s that are let in; localhost always is. Default: any. */
  readonly origins?: readonly string[];
  /** `false` lets in whoever says that it is the client of the parameter `clientId`, or of its JWT. Default: true. */
  readonly checkJwt?: boolean;
  /** What a JWT's `aud` has to be, one of them. Default: anything. */
  readonly audience?: readonly string[];
  /** How ids of answers are written. Default: `number`, as the hosted relay writes them. */
  readonly ids?: IdFormat;
  /** Default: 15 digits, as a number. */
  readonly pushIds?: Partial<PushIdFormat>;
  /** `false` takes any text for a topic, instead of 64 hex digits. Default: true. */
  readonly checkTopics?: boolean;
  /** `false` forgets a client's subscriptions when its last socket closes. Default: true. */
  readonly stickySubscriptions?: boolean;
  /** In ms: after how long a push that was not acknowledged is pushed again; 0 is never. Default: 4,000. */
  readonly pushTimeout?: number;
  /** In ms of silence: how often sockets are pinged that can be; 0 is never. Default: 30,000. */
  readonly pingInterval?: number;
  /** In ms: who is silent for so long and has no subscription is closed with 4008; 0 is never, and the default. */
  readonly staleAfter?: number;
  /** Seconds. Default: 1 to 2,592,000 (30 days). */
  readonly ttl?: { readonly min?: number; readonly max?: number };
  /** Frames a socket may send; more close it with 1013. `true` is 900 in 60,000 ms. Default: as many as it likes. */
  readonly rateLimit?: boolean | RateLimit;
  readonly limits?: Partial<RelayLimits>;
}

/** At most so many in so many ms. */
export interface RateLimit {
  readonly messages: number;
  readonly per: number;
}

/** What may be at most. */
export interface RelayLimits {
  /** Bytes of one message. Default: 98,304. */
  readonly payload: number;
  /** Bytes of a frame, or of a body. Default: 4 MiB. */
  readonly frame: number;
  /** Topics, messages or receipts in one call. Default: 500. */
  readonly batch: number;
  /** Messages that a topic keeps. Default: 10,000. */
  readonly mailbox: number;
  /** Topics that keep messages. Default: 100,000. */
  readonly topics: number;
  /** Clients of a topic. Default: 10,000. */
  readonly subscribers: number;
  /** Clients that are remembered; of those without a socket the oldest is forgotten first. Default: 100,000. */
  readonly clients: number;
  /** Messages in the answer to one fetch. Default: 100. */
  readonly page: number;
}

/** RelayOptions made whole; below this there are no defaults. */
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

/** Throws a TypeError that names the option that cannot be used. */
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

const longest = 2 ** 31 - 1; // a timer for longer than this fires at once

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
