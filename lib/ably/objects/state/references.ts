import { rootId } from '../wire/object-id.js';
import type { LiveMapState, LiveObjectState } from './live-object.js';
import { ensureObject, type Pool } from './pool.js';

/** RTLO4g: an object is at a key of a map now. */
export function addReference(object: LiveObjectState | undefined, parent: LiveMapState, key: string): void {
  object?.references.push({ parent, key });
}

/** RTLO4h: it is not there any more. */
export function removeReference(pool: Pool, id: string | undefined, parent: LiveMapState, key: string): void {
  const references = id === undefined ? undefined : pool.get(id)?.references;
  const at = references?.findIndex((reference) => reference.parent === parent && reference.key === key) ?? -1;
  if (at >= 0) references?.splice(at, 1);
}

/** RTO5c10: finds all references anew; an object that the sync left out is made empty, as by RTLM7g1, or what comes of it later would have no path. */
export function rebuildReferences(pool: Pool): void {
  for (const object of pool.values()) object.references = [];
  for (const parent of pool.values())
    if (parent.type === 'map')
      for (const [key, { objectId }] of parent.entries)
        if (objectId !== undefined) addReference(ensureObject(pool, objectId), parent, key);
}

/** The keys from the root to an object. */
export type Path = readonly string[];

/** RTLO4f: all paths from the root to an object that come by no object twice; calls `onCycle` where there are more. */
export function pathsTo(object: LiveObjectState, onCycle?: () => void): readonly Path[] {
  const paths: Path[] = [];
  const climb = (at: LiveObjectState, below: Path, visited: readonly LiveObjectState[]): void => {
    if (at.id === rootId) {
      paths.push(below);
      if (at.references.length > 0) onCycle?.();
    } else
      for (const { parent, key } of at.references)
        if (visited.includes(parent)) onCycle?.();
        else climb(parent, [key, ...below], [...visited, parent]);
  };
  climb(object, [], [object]);
  return paths;
}
