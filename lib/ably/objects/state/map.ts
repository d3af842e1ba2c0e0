import type { WireObjectData, WireObjectMessage, WireObjectsMap } from '../../wire/object-message.js';
import { decodeObjectData } from '../wire/object-data.js';
import type { LiveMapState, MapEntry } from './live-object.js';
import { ensureObject, type Pool } from './pool.js';
import { addReference, removeReference } from './references.js';
import type { MapUpdate } from './update.js';

/** An operation on one key of a map. */
interface KeyOperation {
  readonly key: string;
  readonly serial: string | undefined;
  /** RTLM8: milliseconds since the epoch, where the key is removed. */
  readonly removedAt: number | undefined;
  /** RTLM7: the value, where it is set. */
  readonly data: WireObjectData | undefined;
}

/** RTLM7, RTLM8: sets or removes a key; tells whether that was due. */
export function applyToKey(
  map: LiveMapState,
  { key, serial, removedAt, data }: KeyOperation,
  pool: Pool,
): boolean {
  const { entries, clearTimeserial } = map;
  if (clearTimeserial !== undefined && !(serial && serial > clearTimeserial)) return false; // RTLM7h, RTLM8g
  const before = entries.get(key);
  if (before && !isLater(serial, before.timeserial)) return false; // RTLM7a1, RTLM8a1
  if (before) removeReference(pool, before.objectId, map, key); // RTLM7a3, RTLM8a3
  const entry = entryOf(data, serial, removedAt);
  entries.set(key, entry);
  if (entry.objectId !== undefined) addReference(ensureObject(pool, entry.objectId), map, key); // RTLM7g
  return true;
}

/** RTLM9 */
const isLater = (serial: string | undefined, than: string | undefined): boolean =>
  !!serial && (!than || serial > than);

/** RTLM7b4: an entry of a value as it travels; of none where it was removed. */
export const entryOf = (
  data: WireObjectData = {},
  timeserial: string | undefined,
  tombstonedAt: number | undefined,
): MapEntry =>
  data.objectId
    ? { timeserial, tombstonedAt, objectId: data.objectId, value: undefined }
    : { timeserial, tombstonedAt, objectId: undefined, value: decodeObjectData(data) };

/** RTLM23: merges the entries that a map was created with. */
export function mergeEntries(
  map: LiveMapState,
  { entries = {} }: WireObjectsMap,
  {
    pool,
    now,
    message,
  }: { readonly pool: Pool; readonly now: () => number; readonly message: WireObjectMessage },
): MapUpdate {
  const updated: string[] = [];
  const removed: string[] = [];
  for (const [key, { tombstone, timeserial: serial, serialTimestamp, data }] of Object.entries(entries)) {
    const said = tombstone
      ? { removedAt: serialTimestamp ?? now(), data: undefined } // RTLM23a2
      : { removedAt: undefined, data }; // RTLM23a1
    if (applyToKey(map, { key, serial, ...said }, pool)) (tombstone ? removed : updated).push(key);
  }
  map.isCreated = true;
  return { object: map, updated, removed, message };
}

/** RTLM24: takes out all that was there when it was cleared. */
export function clearMap(map: LiveMapState, message: WireObjectMessage, pool: Pool): MapUpdate {
  const { serial = '' } = message;
  const removed: string[] = [];
  const update = { object: map, updated: [], removed, message };
  if (map.clearTimeserial !== undefined && map.clearTimeserial > serial) return update; // RTLM24c
  map.clearTimeserial = serial;
  for (const [key, { timeserial, objectId, tombstonedAt }] of map.entries) {
    if (timeserial && timeserial >= serial) continue;
    removeReference(pool, objectId, map, key);
    map.entries.delete(key); // RTLM24e1a: no tombstone
    if (tombstonedAt === undefined) removed.push(key);
  }
  return update;
}
