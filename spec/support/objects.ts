import { applyOperation, type Source } from '../../lib/ably/objects/state/apply.js';
import type { LiveObjectState } from '../../lib/ably/objects/state/live-object.js';
import { newPool, type Pool } from '../../lib/ably/objects/state/pool.js';
import { climb, type Path, pathOf } from '../../lib/ably/objects/state/references.js';
import { stateOf } from '../../lib/ably/objects/state/to-state.js';
import { noop, type Update } from '../../lib/ably/objects/state/update.js';
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

interface Applied {
  readonly isApplied: boolean;
  readonly update?: Update;
}

/** All paths to an object. */
export function pathsTo(object: LiveObjectState): readonly Path[] {
  const paths: Path[] = [];
  climb(object, (way) => void paths.push(pathOf(way)));
  return paths;
}

/** A pool, and what it was warned of. */
export function world(pool: Pool = newPool()) {
  const warnings: string[] = [];
  const context = { now: () => now, warn: (text: string) => void warnings.push(text) };
  return {
    pool,
    warnings,
    context,
    /** Whether it was applied, and how its object has changed by it, where it has. */
    apply: (message: WireObjectMessage, source: Source = 'channel'): Applied => {
      const update = applyOperation(pool, message, { source, ...context });
      return { isApplied: update !== undefined, ...(update && update !== noop && { update }) };
    },
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
