import type { WireObjectMessage, WireObjectState } from '../../wire/object-message.js';
import { rootId } from '../wire/object-id.js';
import {
  emptyCounter,
  emptyMap,
  type LiveCounterState,
  type LiveMapState,
  type LiveObjectState,
} from './live-object.js';
import { entryOf, mergeEntries, type Place } from './map.js';
import type { Pool } from './pool.js';
import { rebuildReferences } from './references.js';
import { type ApplyContext, clear, differenceOf, isEmpty, tombstone, type Update } from './update.js';

/** RTO5f: the states that a sync has brought so far, by the ids of their objects; a large map comes in several parts. */
export type SyncPool = Map<string, [first: WireObjectMessage, ...more: WireObjectMessage[]]>;

/** RTO5f: takes a state that came in a sync; one of the same map goes on where the one before ended. */
export function collectState(
  states: SyncPool,
  message: WireObjectMessage,
  { warn }: Pick<ApplyContext, 'warn'>,
): void {
  const { object } = message;
  const id = object?.objectId;
  if (typeof id !== 'string' || (!object?.map && !object?.counter)) {
    warn('it is of no type that is known'); // RTO5f3
    return;
  }
  const before = states.get(id);
  if (!before || (object.tombstone && object.map))
    states.set(id, [message]); // RTO5f1, RTO5f2a1
  else if (object.map)
    before.push(message); // RTO5f2a2
  else warn('a counter cannot come in parts'); // RTO5f2b
}

/** RTO5c1, RTO5c2, RTO5c10: puts the states of a whole sync in the place of all objects; tells how those that stay have changed. */
export function replaceAll(pool: Pool, states: SyncPool, context: ApplyContext): readonly Update[] {
  const updates: Update[] = [];
  for (const [id, parts] of states) {
    const found = pool.get(id);
    const wasMissing = found?.isMissing === true;
    const object = found ?? (parts[0].object?.counter ? emptyCounter(id) : emptyMap(id)); // RTO5c1b1
    object.isMissing = false;
    pool.set(id, object);
    const update = replaceState(object, parts, { pool, context });
    const isTold = update && (!isEmpty(update) || object.tombstonedAt !== undefined || wasMissing);
    if (found && isTold) updates.push(update); // RTO5c7
  }
  return [...updates, ...dropOthers(pool, states)];
}

/** RTO5c2: takes out the objects that a sync does not have; tells of those that a map refers to all the same. */
function dropOthers(pool: Pool, states: SyncPool): readonly Update[] {
  const others = [...pool.values()].filter(({ id }) => !states.has(id) && id !== rootId);
  for (const { id } of others) pool.delete(id);
  rebuildReferences(pool);
  return others.flatMap((other): readonly Update[] => {
    const object = other.isMissing ? undefined : pool.get(other.id);
    return object ? [{ ...clear(other), object } as Update] : []; // of one type, because of one id
  });
}

/** RTLC6, RTLM6: puts a state in the place of an object's; tells how it has changed. */
function replaceState(
  object: LiveObjectState,
  parts: readonly [WireObjectMessage, ...WireObjectMessage[]],
  place: Place,
): Update | undefined {
  const [message] = parts;
  const state = message.object ?? {};
  object.sites = { ...state.siteTimeserials };
  if (object.tombstonedAt !== undefined) return undefined; // RTLC6e, RTLM6e
  if (state.tombstone) return tombstone(object, message, place.context);
  object.isCreated = state.createOp != null;
  return object.type === 'map' ? replaceEntries(object, parts, place) : replaceCount(object, state, message);
}

function replaceCount(counter: LiveCounterState, state: WireObjectState, message: WireObjectMessage): Update {
  const before = counter.count;
  counter.count = amountIn(state.counter?.count) + amountIn(state.createOp?.counterCreate?.count); // RTLC6c, RTLC6d
  return { object: counter, amount: counter.count - before, message };
}

const amountIn = (count: unknown): number => (typeof count === 'number' ? count : 0);

function replaceEntries(
  map: LiveMapState,
  parts: readonly [WireObjectMessage, ...WireObjectMessage[]],
  place: Place,
): Update {
  const before = map.entries;
  const [message] = parts;
  map.clearTimeserial = message.object?.map?.clearTimeserial ?? undefined;
  map.entries = new Map();
  for (const { object } of parts) {
    const entries = object?.map?.entries ?? {};
    for (const key of Object.keys(entries)) map.entries.set(key, entryOf(entries[key] ?? {}, place.context));
  }
  const created = message.object?.createOp?.mapCreate;
  if (created) mergeEntries(map, created, message, place);
  return differenceOf(map, before, message);
}
