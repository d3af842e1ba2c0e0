import { type Found, findIn, simpleValue } from './find.js';
import type { Pool } from './state/pool.js';
import type { LiveMapState, LiveObjectState } from './state/live-object.js';
import type { Update } from './state/update.js';
import { type View, viewOf } from './views.js';

interface Compacted {
  readonly view: View;
  /** Keys whose values may be other ones by now. */
  readonly dirty: Set<string>;
}

/**
 * RTPO13: maps as plain objects, which never change afterwards: one that is the same in all that is in it stays the same
 * object. Only what has changed since is looked at.
 */
export class Compaction {
  readonly #pool: Pool;
  #compacted = new WeakMap<LiveMapState, Compacted>();
  #isUsed = false;
  /** RTPO13c5: maps whose values are being found at the moment, for those that contain themselves. */
  readonly #unfinished = new Map<LiveMapState, object>();

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** An object has changed. */
  touch(update: Update): void {
    if (!this.#isUsed) return;
    const { object } = update;
    if ('updated' in update) {
      const dirty = this.#compacted.get(update.object)?.dirty;
      for (const keys of [update.updated, update.removed]) for (const key of keys) dirty?.add(key);
    }
    this.#touchParents(object);
  }

  /** The plain value of what is at a place; `undefined` where nothing is. */
  valueOf(found: Found): unknown {
    return found.object?.type === 'map' ? this.of(found.object) : simpleValue(found);
  }

  /** The plain object of a map. */
  of(map: LiveMapState): object {
    this.#isUsed = true;
    const found = this.#compacted.get(map);
    const unfinished = this.#unfinished.get(map);
    if (unfinished) return unfinished;
    if (found?.dirty.size === 0) return found.view.object;
    const before = found?.view;
    const view = viewOf(map.entries.size);
    this.#unfinished.set(map, view.object);
    const changed = new Map<string, unknown>();
    for (const key of found?.dirty ?? map.entries.keys()) {
      const value = this.valueOf(findIn({ object: map }, key, this.#pool));
      if (before?.at(key) !== value) changed.set(key, value);
    }
    this.#unfinished.delete(map);
    if (before && changed.size === 0) {
      found.dirty.clear();
      return before.object;
    }
    view.take(changed, before);
    this.#compacted.set(map, { view, dirty: new Set() });
    return view.object;
  }

  #touchParents({ references }: LiveObjectState): void {
    for (const { parent, key } of references) {
      const dirty = this.#compacted.get(parent)?.dirty;
      if (!dirty || dirty.has(key)) continue; // never asked for, or told before
      dirty.add(key);
      this.#touchParents(parent);
    }
  }
}
