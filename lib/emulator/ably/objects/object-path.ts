import type { LiveMapState, LiveObjectState, MapEntry } from '../../../ably/objects/state/live-object.js';
import { isAbsent, type Pool } from '../../../ably/objects/state/pool.js';
import type { ObjectValue } from '../../../ably/objects/wire/object-data.js';

/** A key, or `*` for all of a map. */
export interface PathStep {
  readonly key: string;
  readonly isWildcard: boolean;
}

/** The end of a path: an object, or one value. */
export type Place = { readonly object: LiveObjectState } | { readonly value: ObjectValue };

/** The steps of a path of keys with dots between them; a backslash escapes a dot, an asterisk and itself. */
export function parsePath(path: string): readonly PathStep[] {
  const steps: PathStep[] = [];
  if (path === '') return steps;
  for (const [, written = '', separator] of path.matchAll(/((?:\\.|[^.\\]|\\$)*)(\.|$)/gsu)) {
    steps.push({ key: written.replace(/\\(.)/gsu, '$1'), isWildcard: written === '*' });
    if (separator === '') break;
  }
  return steps;
}

/** All places to which the steps lead. */
export function placesAt(pool: Pool, from: LiveObjectState, steps: readonly PathStep[]): readonly Place[] {
  let places: readonly Place[] = [{ object: from }];
  for (const { key, isWildcard } of steps)
    places = places.flatMap((place) => {
      if (!('object' in place) || place.object.type !== 'map') return [];
      const entry = place.object.entries.get(key);
      const entries = isWildcard ? [...place.object.entries.values()] : entry ? [entry] : [];
      return entries.flatMap((each) => placeOf(pool, each) ?? []);
    });
  return places;
}

/** The keys of a map with what is there, without those that were removed, or whose object was deleted. */
export const placesIn = (pool: Pool, map: LiveMapState): readonly (readonly [key: string, place: Place])[] =>
  Array.from(map.entries).flatMap(([key, entry]) => {
    const place = placeOf(pool, entry);
    return place ? [[key, place] as const] : [];
  });

/** RTLM5d2 */
function placeOf(pool: Pool, entry: MapEntry): Place | undefined {
  if (isAbsent(entry, pool)) return undefined;
  const { objectId, value } = entry;
  const object = objectId === undefined ? undefined : pool.get(objectId);
  if (object) return { object };
  return value === undefined ? undefined : { value };
}
