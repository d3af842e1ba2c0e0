import type { LiveObjectState } from '../../../ably/objects/state/live-object.js';
import type { Pool } from '../../../ably/objects/state/pool.js';
import { encodeObjectData, type ObjectValue } from '../../../ably/objects/wire/object-data.js';
import { type Place, placesIn } from './object-path.js';

/** A place as a plain value: maps as objects, counters as numbers, another place of the same map as its id. */
export function compactOf(
  pool: Pool,
  place: Place,
  leaf: (value: ObjectValue) => unknown,
  seen = new Set<LiveObjectState>(),
): unknown {
  if (!('object' in place)) return leaf(place.value);
  const { object } = place;
  if (object.type === 'counter') return object.count;
  if (seen.has(object)) return { objectId: object.id };
  seen.add(object);
  return Object.fromEntries(
    placesIn(pool, object).map(([key, inner]) => [key, compactOf(pool, inner, leaf, seen)]),
  );
}

/** A value in the compact form of HTTP, in which JSON stays text. */
export function compactValue(value: ObjectValue): unknown {
  const { json } = encodeObjectData(value, true);
  return json ?? value;
}

/** A place with the ids and types of objects, as HTTP tells of it; bytes are bytes. */
export function fullOf(pool: Pool, place: Place, seen = new Set<LiveObjectState>()): unknown {
  if (!('object' in place)) return encodeObjectData(place.value, true);
  const { object } = place;
  const { id: objectId } = object;
  if (object.type === 'counter') return { objectId, counter: { data: { number: object.count } } };
  if (seen.has(object)) return { objectId };
  seen.add(object);
  const entries = placesIn(pool, object).map(([key, inner]): [string, unknown] => [
    key,
    { data: fullOf(pool, inner, seen) },
  ]);
  return { objectId, map: { semantics: 'LWW', entries: Object.fromEntries(entries) } };
}
