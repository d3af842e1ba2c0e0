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

/**
 * RTO9a: applies one operation to the object that it is for, which is made where it is not known yet. Changes objects in
 * place. Whatever is malformed or unknown is left alone.
 */
export function applyOperation(
  pool: Pool,
  message: WireObjectMessage,
  { source, ...context }: ApplyContext & { readonly source: Source },
): Applied {
  const { operation, serial, siteCode } = message;
  const { action, objectId } = operation ?? {};
  const isKnown = typeof action === 'number' && action >= 0 && action <= ObjectAction.mapClear;
  const object = isKnown && typeof objectId === 'string' ? ensureObject(pool, objectId) : undefined;
  if (!operation || !object) return ignore(context, 'it says no action and object that are known'); // RTO9a1, RTO9a2b
  if (!serial || !siteCode) return ignore(context, 'it has no serial and site'); // RTLO4a3
  const last = object.sites[siteCode];
  if (last && serial <= last) return ignored; // RTLC7b, RTLM15b
  if (source === 'channel') object.sites[siteCode] = serial; // RTLC7c, RTLM15c
  if (object.tombstonedAt !== undefined) return ignored; // RTLC7e, RTLM15e
  if (action === ObjectAction.objectDelete) return deleteObject(object, message, pool, context);
  return object.type === 'map'
    ? applyToMap(object, operation, { pool, message, ...context })
    : applyToCounter(object, operation, { message, ...context });
}

interface Details extends ApplyContext {
  readonly message: WireObjectMessage;
}

/** RTLM15d */
function applyToMap(
  map: LiveMapState,
  { action, mapSet, mapRemove, mapCreate = {} }: WireObjectOperation,
  { pool, ...context }: Details & { readonly pool: Pool },
): Applied {
  const { message, now } = context;
  const { serial, serialTimestamp } = message;
  if (action === ObjectAction.mapSet && mapSet?.value && typeof mapSet.key === 'string') {
    const { key, value: data } = mapSet;
    return applyToKey(map, { key, serial, data }, pool)
      ? { isApplied: true, update: { object: map, updated: [key], removed: [], message } } // RTLM7f
      : none;
  }
  if (action === ObjectAction.mapRemove && typeof mapRemove?.key === 'string') {
    const { key } = mapRemove;
    return applyToKey(map, { key, serial, removedAt: serialTimestamp ?? now() }, pool)
      ? { isApplied: true, update: { object: map, updated: [], removed: [key], message } } // RTLM8e
      : none;
  }
  if (action === ObjectAction.mapCreate)
    return map.isCreated
      ? none
      : { isApplied: true, update: mergeEntries(map, mapCreate, { pool, now, message }) };
  if (action === ObjectAction.mapClear) return { isApplied: true, update: clearMap(map, message, pool) };
  return ignore(context, `action ${action} does not apply to a map, or has no content`); // RTLM15d4
}

/** RTLC7d */
function applyToCounter(
  counter: LiveCounterState,
  { action, counterInc, counterCreate }: WireObjectOperation,
  context: Details,
): Applied {
  if (action === ObjectAction.counterInc) return add(counter, counterInc?.number, context); // RTLC9
  if (action !== ObjectAction.counterCreate)
    return ignore(context, `action ${action} does not apply to a counter`); // RTLC7d3
  if (counter.isCreated) return none; // RTLC8b
  counter.isCreated = true;
  return add(counter, counterCreate?.count, context); // RTLC16
}

function add(counter: LiveCounterState, amount: unknown, { message }: Details): Applied {
  if (typeof amount !== 'number') return none; // RTLC9h, RTLC16d
  counter.count += amount;
  return { isApplied: true, update: { object: counter, amount, message } };
}

/** RTLO5 */
function deleteObject(
  object: LiveObjectState,
  message: WireObjectMessage,
  pool: Pool,
  context: ApplyContext,
): Applied {
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
