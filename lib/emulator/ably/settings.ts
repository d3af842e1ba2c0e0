import type { SchedulerLike } from 'rxjs';
import { systemRandom, systemScheduler } from '../../rx/clock.js';
import { type App, type Apps, appsOf } from './auth/apps.js';
import type { Capability } from './auth/capability.js';
import type { Bounds } from './channels/history.js';
import { type Namespaces, namespacesOf } from './channels/namespaces.js';
import type { PresentMember } from './presence/present-member.js';

/** Options of an emulator; every field has a default. */
export interface EmulatorOptions {
  /** `app.key:secret`, one or more; keys of one app share its channels. Default: `app.key:secret`. */
  readonly keys?: readonly string[];
  /** Keys by app; used instead of `keys`. */
  readonly apps?: readonly { readonly keys: readonly string[] }[];
  /** TK2b: capabilities by key name (`app.key`). Default: everything. */
  readonly capabilities?: Readonly<Record<string, Capability>>;
  /** Source of all time. Default: `asyncScheduler`. */
  readonly scheduler?: SchedulerLike;
  /** Source of all randomness: 0 ≤ n < 1. */
  readonly random?: () => number;
  /** CD2f, in ms: time for which a connection without a transport can be resumed. Default: 120,000. */
  readonly connectionStateTtl?: number;
  /** CD2h, in ms: maximal time between two frames to the client; 0 sends no heartbeats. Default: 15,000. */
  readonly maxIdleInterval?: number;
  /** CD2c, in bytes (TM6). Default: 65,536. */
  readonly maxMessageSize?: number;
  /** CD2d, in bytes. Default: 524,288. */
  readonly maxFrameSize?: number;
  /** Connections at once, those that can still be resumed among them (40111). Default: 50,000. */
  readonly maxConnections?: number;
  /** Attached channels of one connection, each qualifier by itself (90010). Default: 50,000. */
  readonly maxChannelsPerConnection?: number;
  /** Channels of one app, idle ones with history among them (40114). Default: 100,000. */
  readonly maxChannels?: number;
  /** Members of one channel (91003). Default: 50,000. */
  readonly maxMembersPerChannel?: number;
  /**
   * RTN22, in ms: time before its token expires at which a client is asked for another; 0 asks never. Default: 30,000.
   */
  readonly renewalNotice?: number;
  /** TE5, in ms: maximal difference of a TokenRequest's timestamp from the emulator's time. Default: 300,000. */
  readonly timestampWindow?: number;
  /** RTP18, RTO5: members, or objects and entries of maps, per page of a sync. Default: 100. */
  readonly syncPageSize?: number;
  /** CD2i, in ms: time for which deleted objects and removed entries are remembered. Default: 86,400,000, a day. */
  readonly objectsGCGracePeriod?: number;
  /** Objects of one channel together, in bytes (92001). Default: 6.5 MiB. */
  readonly maxObjectsSize?: number;
  /**
   * History of each channel: maximal number of messages, of bytes of them together, and their ttl in ms. Default: 1,000,
   * 16 MiB and 120,000.
   */
  readonly history?: { readonly messages?: number; readonly bytes?: number; readonly ttl?: number };
  /** Rules for channels, by the part of their names before the first colon. Default: `mutable` and `persisted`. */
  readonly namespaces?: Namespaces;
  /** Members that are present from the start and belong to no connection, by channel of the first key's app. */
  readonly presenceFixtures?: Readonly<Record<string, readonly PresentMember[]>>;
}

/** EmulatorOptions, complete; nothing below has defaults. */
export interface Settings {
  readonly apps: Apps;
  readonly key: string;
  /** Name of the first key. */
  readonly keyName: string;
  readonly scheduler: SchedulerLike;
  readonly random: () => number;
  readonly connectionStateTtl: number;
  readonly maxIdleInterval: number;
  readonly maxMessageSize: number;
  readonly maxFrameSize: number;
  readonly maxConnections: number;
  readonly maxChannelsPerConnection: number;
  readonly maxChannels: number;
  readonly maxMembersPerChannel: number;
  readonly renewalNotice: number;
  readonly timestampWindow: number;
  readonly syncPageSize: number;
  readonly objectsGCGracePeriod: number;
  readonly maxObjectsSize: number;
  readonly history: Bounds;
  readonly namespaces: Namespaces;
  readonly presenceFixtures: Readonly<Record<string, readonly PresentMember[]>>;
}

const limits = {
  connectionStateTtl: 120_000,
  maxIdleInterval: 15_000,
  maxMessageSize: 65_536,
  maxFrameSize: 524_288,
  maxConnections: 50_000,
  maxChannelsPerConnection: 50_000,
  maxChannels: 100_000,
  maxMembersPerChannel: 50_000,
  renewalNotice: 30_000,
  timestampWindow: 300_000,
  objectsGCGracePeriod: 86_400_000,
  maxObjectsSize: 6.5 * 1024 * 1024,
} as const;

/** Throws a TypeError that names the invalid option. */
export function settingsOf(options: EmulatorOptions): Settings {
  const keys = options.apps?.flatMap((app) => app.keys) ?? options.keys ?? ['app.key:secret'];
  const [key] = keys;
  if (key === undefined)
    throw new TypeError('The emulator has no key: give `keys` at least one, like "app.key:secret".');
  return {
    apps: appsOf(keys, options.capabilities ?? {}),
    key,
    keyName: key.slice(0, key.indexOf(':')),
    scheduler: options.scheduler ?? systemScheduler,
    random: options.random ?? systemRandom,
    connectionStateTtl: limit('connectionStateTtl', options),
    maxIdleInterval: limit('maxIdleInterval', options),
    maxMessageSize: limit('maxMessageSize', options),
    maxFrameSize: limit('maxFrameSize', options),
    maxConnections: limit('maxConnections', options),
    maxChannelsPerConnection: limit('maxChannelsPerConnection', options),
    maxChannels: limit('maxChannels', options),
    maxMembersPerChannel: limit('maxMembersPerChannel', options),
    renewalNotice: limit('renewalNotice', options),
    timestampWindow: limit('timestampWindow', options),
    objectsGCGracePeriod: limit('objectsGCGracePeriod', options),
    maxObjectsSize: limit('maxObjectsSize', options),
    syncPageSize: natural('syncPageSize', options.syncPageSize ?? 100, 1),
    history: {
      messages: natural('history.messages', options.history?.messages ?? 1000),
      bytes: natural('history.bytes', options.history?.bytes ?? 16 * 1024 * 1024),
      ttl: natural('history.ttl', options.history?.ttl ?? 120_000),
    },
    namespaces: namespacesOf(options.namespaces),
    presenceFixtures: options.presenceFixtures ?? {},
  };
}

/** The app of this id. Default: that of the first key. Throws a TypeError if there is none. */
export function findApp({ apps, key }: Settings, appId = key.slice(0, key.indexOf('.'))): App {
  const app = apps.get(appId);
  if (app) return app;
  throw new TypeError(`There is no app ${appId}: create the emulator with a key of it.`);
}

const limit = (name: keyof typeof limits, options: EmulatorOptions): number =>
  natural(name, options[name] ?? limits[name]);

const longest = 2 ** 31 - 1; // a longer timer fires at once

function natural(name: string, value: number, least = 0): number {
  if (Number.isInteger(value) && value >= least && value <= longest) return value;
  throw new TypeError(
    `The option \`${name}\` is ${value}: give it a whole number from ${least} to ${longest}.`,
  );
}
