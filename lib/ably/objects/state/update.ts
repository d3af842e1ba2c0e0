import type { WireObjectMessage } from '../../wire/object-message.js';
import { isSameValue } from '../wire/object-data.js';
import { rootId } from '../wire/object-id.js';
import type { LiveCounterState, LiveMapState, LiveObjectState, MapEntry } from './live-object.js';

/** RTLO4b4: how an object has changed. */
export type Update = MapUpdate | CounterUpdate;

/** RTLO4b4b: an operation that was applied, and that leaves nothing to tell. */
export type Noop = typeof noop;
export const noop = 'noop';

interface Cause {
  /** RTLO4b4d: the operation, or the state, that it comes of. */
  readonly message: WireObjectMessage | undefined;
}

/** RTLM18 */
export interface MapUpdate extends Cause {
  readonly object: LiveMapState;
  /** Keys with another value than before. */
  readonly updated: readonly string[];
  readonly removed: readonly string[];
}

/** RTLC11 */
export interface CounterUpdate extends Cause {
  readonly object: LiveCounterState;
  readonly amount: number;
}

/** All that operations take besides the objects. */
export interface ApplyContext {
  /** RTLO6b: milliseconds since the epoch, for what the server gave no time of. */
  readonly now: () => number;
  /** Told of what is left alone because it is malformed. */
  readonly warn: (text: string) => void;
}

/** Says why a message is left alone. */
export function ignore({ warn }: Pick<ApplyContext, 'warn'>, why: string): Update | undefined {
  warn(why);
  return undefined;
}

/** RTLM22: the keys of a map that are different; the same values stay the same objects. */
export function differenceOf(
  object: LiveMapState,
  before: ReadonlyMap<string, MapEntry>,
  message: WireObjectMessage | undefined,
): MapUpdate {
  const updated: string[] = [];
  const removed: string[] = [];
  const { entries } = object;
  for (const [key, entry] of before) {
    const now = entries.get(key);
    if (entry.tombstonedAt === undefined && (!now || now.tombstonedAt !== undefined)) removed.push(key);
  }
  for (const [key, entry] of entries) {
    if (entry.tombstonedAt !== undefined) continue;
    const old = before.get(key);
    if (!old || old.tombstonedAt !== undefined || old.objectId !== entry.objectId) updated.push(key);
    else if (!isSameValue(old.value, entry.value)) updated.push(key);
    else if (old.value !== entry.value) entries.set(key, { ...entry, value: old.value });
  }
  return { object, updated, removed, message };
}

/** Whether nothing is different. */
export const isEmpty = (update: Update): boolean =>
  'amount' in update ? update.amount === 0 : update.updated.length + update.removed.length === 0;

/** RTLO4e: deletes an object for good. The root cannot be deleted (RTLO4e10). */
export function tombstone(
  object: LiveObjectState,
  message: WireObjectMessage,
  context: ApplyContext,
): Update | undefined {
  if (object.id === rootId) return ignore(context, 'the root cannot be deleted');
  object.tombstonedAt = message.serialTimestamp ?? context.now(); // RTLO6
  return clear(object, message);
}

/** RTLO4e4, RTLC4b, RTLM4: takes everything out of an object. */
export function clear(object: LiveObjectState, message?: WireObjectMessage): Update {
  if (object.type === 'counter') {
    const amount = -object.count;
    object.count = 0;
    return { object, amount, message };
  }
  const before = object.entries;
  object.entries = new Map();
  object.clearTimeserial = undefined;
  return differenceOf(object, before, message);
}
