import { rootId } from '../wire/object-id.js';
import type { LiveMapState, LiveObjectState } from './live-object.js';
import { ensureObject, type Pool } from './pool.js';

/** RTLO4g: an object is at a key of a map now. */
export function addReference(object: LiveObjectState | undefined, parent: LiveMapState, key: string): void {
  if (!object) return;
  if (object.references.length > 0) object.references.push({ parent, key });
  else object.references = [{ parent, key }]; // with room for this one alone: most objects are at one place
}

/** RTLO4h: it is not there any more. */
export function removeReference(pool: Pool, id: string | undefined, parent: LiveMapState, key: string): void {
  const references = id === undefined ? undefined : pool.get(id)?.references;
  const at = references?.findIndex((reference) => reference.parent === parent && reference.key === key) ?? -1;
  if (at >= 0) references?.splice(at, 1);
}

/** RTO5c10: finds all references anew; an object that the sync left out is noted as missing, or what comes of it later would have no path. */
export function rebuildReferences(pool: Pool): void {
  for (const object of pool.values()) object.references = [];
  for (const parent of pool.values())
    if (parent.type === 'map')
      for (const [key, { objectId }] of parent.entries)
        if (objectId !== undefined) addReference(pool.get(objectId) ?? missing(pool, objectId), parent, key);
}

function missing(pool: Pool, id: string): LiveObjectState | undefined {
  const made = ensureObject(pool, id);
  if (made) made.isMissing = true;
  return made;
}

/** The keys from the root to an object. */
export type Path = readonly string[];

/** A way down from the root: a map, a key of it, and how it goes on from there. */
export interface Way {
  readonly parent: LiveMapState;
  readonly key: string;
  readonly rest: Way | undefined;
}

/** The keys of a way. */
export function pathOf(way: Way | undefined): Path {
  const path: string[] = [];
  for (let at = way; at; at = at.rest) path.push(at.key);
  return path;
}

/**
 * RTLO4f: calls `reach` with each way from the root to an object that comes by no object twice, and with `undefined` where it
 * is the root itself. Answers whether there are more, because maps contain one another.
 */
export function climb(object: LiveObjectState, reach: (way: Way | undefined) => void): boolean {
  const isOn = (way: Way | undefined, parent: LiveMapState): boolean => {
    for (let at = way; at; at = at.rest) if (at.parent === parent) return true;
    return parent === object;
  };
  const from = (at: LiveObjectState, way: Way | undefined): boolean => {
    if (at.id === rootId) {
      reach(way);
      return at.references.length > 0;
    }
    let isEndless = false;
    for (const { parent, key } of at.references) {
      const isMore = isOn(way, parent) || from(parent, { parent, key, rest: way });
      isEndless ||= isMore;
    }
    return isEndless;
  };
  return from(object, undefined);
}
