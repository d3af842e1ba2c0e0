import type { WireMapEntry, WireObjectMessage, WireObjectsMap } from '../../wire/object-message.js';
import { decodeObjectData } from '../wire/object-data.js';
import type { LiveMapState, MapEntry } from './live-object.js';
import { ensureObject, type Pool } from './pool.js';
import { addReference, removeReference } from './references.js';
import { type ApplyContext, type MapUpdate, type Noop, noop } from './update.js';

/** An entry as it travels. */
type Said = { readonly [K in keyof WireMapEntry]: WireMapEntry[K] | undefined };

/** All that operations take besides the object. */
export interface Place {
  readonly pool: Pool;
  readonly context: ApplyContext;
}

/** RTLM7, RTLM8: sets or removes a key; tells whether that was due. */
export function applyToKey(map: LiveMapState, key: string, said: Said, { pool, context }: Place): boolean {
  const { entries, clearTimeserial } = map;
  const { timeserial: serial } = said;
  if (clearTimeserial !== undefined && !(serial && serial > clearTimeserial)) return false; // RTLM7h, RTLM8g
  const before = entries.get(key);
  if (before && !isLater(serial, before.timeserial)) return false; // RTLM7a1, RTLM8a1
  if (before) removeReference(pool, before.objectId, map, key); // RTLM7a3, RTLM8a3
  const entry = entryOf(said, context);
  entries.set(key, entry);
  if (entry.objectId !== undefined) addReference(ensureObject(pool, entry.objectId), map, key); // RTLM7g
  return true;
}

/** RTLM9 */
const isLater = (serial: string | undefined, than: string | undefined): boolean =>
  !!serial && (!than || serial > than);

/** RTLM7b4, RTLM8f, RTLM6c1: an entry of one as it travels; without a value where it was removed. */
export function entryOf(
  { tombstone, timeserial, serialTimestamp, data }: Said,
  { now }: ApplyContext,
): MapEntry {
  if (tombstone)
    return { timeserial, tombstonedAt: serialTimestamp ?? now(), objectId: undefined, value: undefined };
  const { objectId } = data ?? {};
  return objectId
    ? { timeserial, tombstonedAt: undefined, objectId, value: undefined }
    : { timeserial, tombstonedAt: undefined, objectId: undefined, value: decodeObjectData(data ?? {}) };
}

/** RTLM23: merges the entries that a map was created with. */
export function mergeEntries(
  map: LiveMapState,
  created: WireObjectsMap | null | undefined,
  message: WireObjectMessage,
  place: Place,
): MapUpdate {
  const updated: string[] = [];
  const removed: string[] = [];
  for (const [key, wire] of Object.entries(created?.entries ?? {}))
    if (applyToKey(map, key, wire ?? {}, place)) (wire?.tombstone ? removed : updated).push(key); // RTLM23a1, RTLM23a2
  map.isCreated = true;
  return { object: map, updated, removed, message };
}

/** RTLM24: takes out all that was there when it was cleared. */
export function clearMap(map: LiveMapState, message: WireObjectMessage, pool: Pool): MapUpdate | Noop {
  const { serial = '' } = message;
  const removed: string[] = [];
  if (map.clearTimeserial !== undefined && map.clearTimeserial > serial) return noop; // RTLM24c
  map.clearTimeserial = serial;
  for (const [key, { timeserial, objectId }] of map.entries) {
    if (timeserial && timeserial >= serial) continue;
    removeReference(pool, objectId, map, key);
    map.entries.delete(key); // RTLM24e1a: no tombstone
    removed.push(key); // RTLM24e1b
  }
  return { object: map, updated: [], removed, message };
}
