import { rootId, typeOfId } from '../wire/object-id.js';
import {
  emptyCounter,
  emptyMap,
  type LiveMapState,
  type LiveObjectState,
  type MapEntry,
} from './live-object.js';

/** RTO3: the objects of a channel, by their ids; among them always the map `root`. */
export type Pool = Map<string, LiveObjectState>;

/** RTO3b1 */
export const newPool = (): Pool => new Map([[rootId, emptyMap(rootId)]]);

/** RTO3b */
export const rootOf = (pool: Pool): LiveMapState => pool.get(rootId) as LiveMapState;

/** RTO6: the object of an id, made where there is none yet; `undefined` where the id says no type that is known. */
export function ensureObject(pool: Pool, id: string): LiveObjectState | undefined {
  const found = pool.get(id);
  if (found) return found;
  const type = typeOfId(id);
  if (!type) return undefined;
  const made = type === 'map' ? emptyMap(id) : emptyCounter(id);
  pool.set(id, made);
  return made;
}

/** RTLM14: whether nothing is at an entry: it was removed, or the object there was deleted. */
export const isAbsent = ({ tombstonedAt, objectId }: MapEntry, pool: Pool): boolean =>
  tombstonedAt !== undefined || (objectId !== undefined && pool.get(objectId)?.tombstonedAt !== undefined);

/** RTO10c, RTLM19: forgets what was deleted or removed `grace` milliseconds ago. */
export function collectGarbage(pool: Pool, now: number, grace: number): void {
  const isDue = (at: number | undefined): boolean => at !== undefined && now - at >= grace;
  for (const [id, object] of pool) {
    if (isDue(object.tombstonedAt) && id !== rootId) pool.delete(id);
    else if (object.type === 'map')
      for (const [key, { tombstonedAt }] of object.entries)
        if (isDue(tombstonedAt)) object.entries.delete(key);
  }
}
