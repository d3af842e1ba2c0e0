import { ObjectAction, type WireObjectMessage, type WireObjectOperation } from '../../wire/object-message.js';
import {
  type LiveCounterState,
  type LiveMapState,
  type LiveObjectState,
  noteSerial,
  serialOf,
} from './live-object.js';
import { rootId } from '../wire/object-id.js';
import { applyToKey, clearMap, mergeEntries, type Place } from './map.js';
import { ensureObject, type Pool } from './pool.js';
import { removeReference } from './references.js';
import { type ApplyContext, clear, ignore, type Noop, noop, tombstone, type Update } from './update.js';

/** RTO22: whether an operation is one of this client that the server has acknowledged, or came on the channel. */
export type Source = 'local' | 'channel';

const misplaced = 'its object cannot be changed so';

/**
 * RTO9a: applies one operation to the object that it is for, which is made where it is not known yet. Changes objects in
 * place. Tells how the object has changed; `undefined` where the operation was not applied: whatever is malformed or unknown
 * is left alone.
 */
export function applyOperation(
  pool: Pool,
  message: WireObjectMessage,
  context: ApplyContext & { readonly source: Source },
): Update | Noop | undefined {
  const { operation, serial, siteCode } = message;
  const action = operation?.action ?? -1;
  const objectId = operation?.objectId;
  const isKnown = action >= 0 && action <= ObjectAction.mapClear && typeof objectId === 'string';
  const object = isKnown ? ensureObject(pool, objectId) : undefined;
  if (!operation || !object) return ignore(context, 'its action or object is unknown'); // RTO9a1, RTO9a2b
  if (!isText(serial) || !isText(siteCode)) return ignore(context, 'it lacks a serial or a site'); // RTLO4a3
  const last = serialOf(object, siteCode);
  if (last && serial <= last) return undefined; // RTLC7b, RTLM15b
  object.isMissing = false;
  if (context.source === 'channel') noteSerial(object, siteCode, serial);
  if (object.tombstonedAt !== undefined) return undefined; // RTLC7e, RTLM15e
  const details = { pool, message, context };
  if (action === ObjectAction.objectDelete) return deleteObject(object, details);
  return object.type === 'map'
    ? applyToMap(object, operation, details)
    : applyToCounter(object, operation, details);
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

interface Details extends Place {
  readonly message: WireObjectMessage;
}

/** RTLM15d */
function applyToMap(
  map: LiveMapState,
  { action, mapSet, mapRemove, mapCreate }: WireObjectOperation,
  details: Details,
): Update | Noop | undefined {
  const { pool, message, context } = details;
  const { serial: timeserial, serialTimestamp } = message;
  const tombstone = action === ObjectAction.mapRemove;
  const data = action === ObjectAction.mapSet ? mapSet?.value : undefined;
  const key = (tombstone ? mapRemove : data && mapSet)?.key;
  if (typeof key === 'string') {
    if (!applyToKey(map, key, { tombstone, timeserial, serialTimestamp, data }, details)) return noop;
    return { object: map, updated: tombstone ? [] : [key], removed: tombstone ? [key] : [], message }; // RTLM7f, RTLM8e
  }
  if (action === ObjectAction.mapCreate)
    return map.isCreated ? noop : mergeEntries(map, mapCreate, message, details); // RTLM16b
  if (action === ObjectAction.mapClear) return clearMap(map, message, pool);
  return ignore(context, misplaced); // RTLM15d4
}

/** RTLC7d */
function applyToCounter(
  counter: LiveCounterState,
  { action, counterInc, counterCreate }: WireObjectOperation,
  { message, context }: Details,
): Update | Noop | undefined {
  if (action === ObjectAction.counterInc) return add(counter, counterInc?.number, message); // RTLC9
  if (action !== ObjectAction.counterCreate) return ignore(context, misplaced); // RTLC7d3
  if (counter.isCreated) return noop; // RTLC8b
  counter.isCreated = true;
  return add(counter, counterCreate?.count, message); // RTLC16
}

function add(counter: LiveCounterState, amount: unknown, message: WireObjectMessage): Update | Noop {
  if (typeof amount !== 'number') return noop; // RTLC9h, RTLC16d
  counter.count += amount;
  return { object: counter, amount, message };
}

/** RTLO5 */
function deleteObject(object: LiveObjectState, { pool, message, context }: Details): Update | undefined {
  if (object.type === 'map' && object.id !== rootId)
    for (const [key, { objectId }] of object.entries) removeReference(pool, objectId, object, key); // RTLO4e9
  return tombstone(object, message, context);
}

/** RTO4b, RTO27a: takes everything out of the root, and all other objects away; tells how the root has changed. */
export function reset(pool: Pool, root: LiveMapState): Update {
  pool.clear();
  pool.set(root.id, root);
  root.references = [];
  return clear(root);
}
