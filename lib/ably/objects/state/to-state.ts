import { ObjectAction, type WireMapEntry, type WireObjectState } from '../../wire/object-message.js';
import { encodeObjectData } from '../wire/object-data.js';
import type { LiveObjectState, MapEntry } from './live-object.js';

/**
 * OST2: an object as a server tells of it in a sync; `binary` says whether the frames can carry bytes. What the object was
 * created with is in its state, and `createOp` only says that it is.
 */
export function stateOf(object: LiveObjectState, binary: boolean): WireObjectState {
  const { id: objectId, sites, isCreated, tombstonedAt } = object;
  const isMap = object.type === 'map';
  const created = isMap
    ? { action: ObjectAction.mapCreate, mapCreate: { semantics: 0, entries: {} } }
    : { action: ObjectAction.counterCreate, counterCreate: { count: 0 } };
  return {
    objectId,
    siteTimeserials: { ...sites },
    tombstone: tombstonedAt !== undefined,
    ...(isCreated && tombstonedAt === undefined && { createOp: { objectId, ...created } }),
    ...(isMap
      ? {
          map: {
            semantics: 0,
            entries: Object.fromEntries(
              Array.from(object.entries, ([key, entry]) => [key, wireEntryOf(entry, binary)]),
            ),
            ...(object.clearTimeserial !== undefined && { clearTimeserial: object.clearTimeserial }),
          },
        }
      : { counter: { count: object.count } }),
  };
}

/** OME2 */
export const wireEntryOf = (
  { timeserial, tombstonedAt, objectId, value }: MapEntry,
  binary: boolean,
): WireMapEntry => ({
  ...(timeserial !== undefined && { timeserial }),
  ...(tombstonedAt !== undefined
    ? { tombstone: true, serialTimestamp: tombstonedAt }
    : { data: objectId === undefined ? encodeObjectData(value, binary) : { objectId } }),
});
