import { rootOf } from '../../../ably/objects/state/pool.js';
import { encodeObjectData, type ObjectValue } from '../../../ably/objects/wire/object-data.js';
import { ObjectAction } from '../../../ably/wire/object-message.js';
import { randomText } from '../../../rx/clock.js';
import type { App } from '../auth/apps.js';
import { fullCapability } from '../auth/capability.js';
import type { Channels } from '../channels/channels.js';
import { findApp, type Settings } from '../settings.js';
import { type AcceptedOperation, acceptOperations } from './accept-operations.js';
import { parsePath, placesAt } from './object-path.js';
import { compactOf } from './object-view.js';
import { pathOperations } from './path-operations.js';
import { publishOperations } from './publish-operations.js';

/**
 * The objects of one channel, to read and to change as the server. A path is keys with dots between them, as in
 * `votes.up`; a backslash escapes a dot. Changes throw an ErrorInfo where the path, or the value, is of the wrong type.
 */
export interface EmulatedObjects {
  /**
   * The place of a path (default: the root) as a plain value: maps as objects, counters as numbers. A map that is met a
   * second time is `{ objectId }`. Undefined where nothing is.
   */
  compact(path?: string): unknown;
  set(path: string, value: ObjectValue): void;
  remove(path: string): void;
  /** Default: by one. */
  increment(path: string, amount?: number): void;
  createMap(path: string, entries?: Readonly<Record<string, ObjectValue>>): void;
  createCounter(path: string, count?: number): void;
  /** Deletes the objects to which no path leads, as the service does within a day or so; returns their ids. */
  collect(): readonly string[];
}

/** Changes objects as the server. */
export function serverObjects(settings: Settings, channels: (app: App) => Channels) {
  const { random, scheduler, maxMessageSize } = settings;
  const making = { nonce: () => randomText(16, random), now: () => scheduler.now() };
  return (name: string, appId?: string): EmulatedObjects => {
    const { getOrCreate, objectsOf, use } = channels(findApp(settings, appId));
    const publish = (operations: readonly AcceptedOperation[]): void =>
      void use(getOrCreate(name), (channel) =>
        publishOperations(channel, operations, { id: `${randomText(10, random)}:0` }),
      );
    const change = (operation: object): void => {
      const channel = getOrCreate(name);
      const publisher = { channel, clientId: '*', capability: fullCapability, maxMessageSize };
      publish(acceptOperations(publisher, pathOperations(channel.objects.pool, operation, making)));
    };
    return {
      compact: (path = '') => {
        const pool = objectsOf(name)?.pool;
        if (!pool) return path === '' ? {} : undefined;
        const [place] = placesAt(pool, rootOf(pool), parsePath(path));
        return place && compactOf(pool, place, (value) => value);
      },
      set: (path, value) =>
        change({ ...parentOf(path), mapSet: { key: keyOf(path), value: encodeObjectData(value, true) } }),
      remove: (path) => change({ ...parentOf(path), mapRemove: { key: keyOf(path) } }),
      increment: (path, amount = 1) => change({ path, counterInc: { number: amount } }),
      createMap: (path, entries = {}) =>
        change({ path, mapCreate: { semantics: 0, entries: entriesOf(entries) } }),
      createCounter: (path, count = 0) => change({ path, counterCreate: { count } }),
      collect: () => {
        const ids = objectsOf(name)?.unreachable() ?? [];
        const action = ObjectAction.objectDelete;
        if (ids.length > 0)
          publish(ids.map((objectId) => ({ operation: { action, objectId, objectDelete: {} } })));
        return ids;
      },
    };
  };
}

const entriesOf = (entries: Readonly<Record<string, ObjectValue>>): object =>
  Object.fromEntries(
    Object.entries(entries).map(([key, value]) => [key, { data: encodeObjectData(value, true) }]),
  );

const lastKey = /(?:^|\.)(?:\\.|[^.\\])*$/su;

const parentOf = (path: string): { readonly path: string } => ({ path: path.replace(lastKey, '') });

const keyOf = (path: string): string => parsePath(path).at(-1)?.key ?? '';
