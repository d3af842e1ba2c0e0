import { applyOperation, type Applied, type Source } from '../../lib/ably/objects/state/apply.js';
import { newPool, type Pool } from '../../lib/ably/objects/state/pool.js';
import { stateOf } from '../../lib/ably/objects/state/to-state.js';
import type {
  WireObjectMessage,
  WireObjectOperation,
  WireObjectState,
} from '../../lib/ably/wire/object-message.js';

/** The moment of all that has no time of its own. */
export const now = 1000;

/** A message with an operation; `serial` begins with its site. */
export const said = (
  serial: string,
  operation: WireObjectOperation,
  more: Partial<WireObjectMessage> = {},
): WireObjectMessage => ({ serial, siteCode: serial.charAt(0), operation, ...more });

/** Operations by their names, each on one object. */
export const on = (objectId: string) => ({
  set: (key: string, value: object): WireObjectOperation => ({ action: 1, objectId, mapSet: { key, value } }),
  remove: (key: string): WireObjectOperation => ({ action: 2, objectId, mapRemove: { key } }),
  add: (number: number): WireObjectOperation => ({ action: 4, objectId, counterInc: { number } }),
  createMap: (entries: object): WireObjectOperation => ({
    action: 0,
    objectId,
    mapCreate: { semantics: 0, entries: entries as never },
  }),
  createCounter: (count: number): WireObjectOperation => ({
    action: 3,
    objectId,
    counterCreate: { count },
  }),
  delete: (): WireObjectOperation => ({ action: 5, objectId, objectDelete: {} }),
  clear: (): WireObjectOperation => ({ action: 6, objectId, mapClear: {} }),
});

/** A pool, and what it was warned of. */
export function world(pool: Pool = newPool()) {
  const warnings: string[] = [];
  const context = { now: () => now, warn: (text: string) => void warnings.push(text) };
  return {
    pool,
    warnings,
    context,
    apply: (message: WireObjectMessage, source: Source = 'channel'): Applied =>
      applyOperation(pool, message, { source, ...context }),
    /** Each object as a server would tell of it, by id, but for those that are only referred to. */
    states: (): Readonly<Record<string, WireObjectState>> =>
      Object.fromEntries(
        [...pool.values()]
          .filter(({ sites }) => Object.keys(sites).length > 0)
          .map((object) => [object.id, stateOf(object, false)] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1)),
      ),
  };
}
export type World = ReturnType<typeof world>;
