import { ObjectAction, type WireObjectMessage, type WireObjectOperation } from '../../wire/object-message.js';
import type { LiveCounterState, LiveMapState, LiveObjectState } from './live-object.js';
import { applyToKey, clearMap, mergeEntries } from './map.js';
import { ensureObject, type Pool } from './pool.js';
import { removeReference } from './references.js';
import { type ApplyContext, clear, tombstone, type Update } from './update.js';

/** RTO22: whether an operation is one of this client that the server has acknowledged, or came on the channel. */
export type Source = 'local' | 'channel';

/** Whether an operation was applied, and how the object has changed by it, where it has. */
export interface Applied {
  readonly isApplied: boolean;
  readonly update?: Update | undefined;
}

const ignored: Applied = { isApplied: false };
const none: Applied = { isApplied: true };
const misplaced = 'its object cannot be changed so';

/**
 * RTO9a: applies one operation to the object that it is for, which is made where it is not known yet. Changes objects in
 * place. Whatever is malformed or unknown is left alone.
 */
export function applyOperation(
  pool: Pool,
  message: WireObjectMessage,
  context: ApplyContext & { readonly source: Source },
): Applied {
  const { operation, serial, siteCode } = message;
  const action = operation?.action ?? -1;
  const objectId = operation?.objectId;
  const isKnown = action >= 0 && action <= ObjectAction.mapClear && typeof objectId === 'string';
  const object = isKnown ? ensureObject(pool, objectId) : undefined;
  if (!operation || !object) return ignore(context, 'its action or object is unknown'); // RTO9a1, RTO9a2b
  if (!serial || !siteCode) return ignore(context, 'it lacks a serial or a site'); // RTLO4a3
  const last = object.sites[siteCode];
  if (last && serial <= last) return ignored; // RTLC7b, RTLM15b
  if (context.source === 'channel') object.sites[siteCode] = serial; // RTLC7c, RTLM15c
  if (object.tombstonedAt !== undefined) return ignored; // RTLC7e, RTLM15e
  const details = { pool, message, context };
  if (action === ObjectAction.objectDelete) return deleteObject(object, details);
  return object.type === 'map'
    ? applyToMap(object, operation, details)
    : applyToCounter(object, operation, details);
}

interface Details {
  readonly pool: Pool;
  readonly message: WireObjectMessage;
  readonly context: ApplyContext;
}

/** RTLM15d */
function applyToMap(
  map: LiveMapState,
  { action, mapSet, mapRemove, mapCreate = {} }: WireObjectOperation,
  { pool, message, context }: Details,
): Applied {
  const { now } = context;
  const { serial, serialTimestamp } = message;
  if (action === ObjectAction.mapSet && mapSet?.value && typeof mapSet.key === 'string') {
    const { key, value: data } = mapSet;
    return applyToKey(map, { key, serial, removedAt: undefined, data }, pool)
      ? { isApplied: true, update: { object: map, updated: [key], removed: noKeys, message } } // RTLM7f
      : none;
  }
  if (action === ObjectAction.mapRemove && typeof mapRemove?.key === 'string') {
    const { key } = mapRemove;
    return applyToKey(map, { key, serial, removedAt: serialTimestamp ?? now(), data: undefined }, pool)
      ? { isApplied: true, update: { object: map, updated: noKeys, removed: [key], message } } // RTLM8e
      : none;
  }
  if (action === ObjectAction.mapCreate)
    return map.isCreated
      ? none
      : { isApplied: true, update: mergeEntries(map, mapCreate, { pool, now, message }) };
  if (action === ObjectAction.mapClear) return { isApplied: true, update: clearMap(map, message, pool) };
  return ignore(context, misplaced); // RTLM15d4
}

const noKeys: readonly string[] = [];

/** RTLC7d */
function applyToCounter(
  counter: LiveCounterState,
  { action, counterInc, counterCreate }: WireObjectOperation,
  { message, context }: Details,
): Applied {
  if (action === ObjectAction.counterInc) return add(counter, counterInc?.number, message); // RTLC9
  if (action !== ObjectAction.counterCreate) return ignore(context, misplaced); // RTLC7d3
  if (counter.isCreated) return none; // RTLC8b
  counter.isCreated = true;
  return add(counter, counterCreate?.count, message); // RTLC16
}

function add(counter: LiveCounterState, amount: unknown, message: WireObjectMessage): Applied {
  if (typeof amount !== 'number') return none; // RTLC9h, RTLC16d
  counter.count += amount;
  return { isApplied: true, update: { object: counter, amount, message } };
}

/** RTLO5 */
function deleteObject(object: LiveObjectState, { pool, message, context }: Details): Applied {
  if (object.type === 'map' && object.id !== 'root')
    for (const [key, { objectId }] of object.entries) removeReference(pool, objectId, object, key); // RTLO4e9
  return { isApplied: true, update: tombstone(object, message, context) };
}

function ignore({ warn }: ApplyContext, why: string): Applied {
  warn(why);
  return ignored;
}

/** RTO4b, RTO27a: takes everything out of the root, and all other objects away; tells how the root has changed. */
export function reset(pool: Pool, root: LiveMapState): Update {
  pool.clear();
  pool.set(root.id, root);
  root.references = [];
  return clear(root);
}
