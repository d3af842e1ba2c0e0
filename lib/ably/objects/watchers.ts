import type { LiveObjectState } from './state/live-object.js';
import { climb, type Path, pathOf, type Way } from './state/references.js';
import type { Update } from './state/update.js';

/** A subscriber: one who looks at a place, or one who listens for changes. */
export interface Watcher {
  /** RTPO19c1: levels that it is told of: 1 is the place alone. */
  readonly depth: number;
  /** Told once a frame that what it looks at may be another by now. */
  readonly look?: () => void;
  /** Told of each change, and of the path at which it sees it. */
  readonly tell?: (path: Path, update: Update) => void;
}

/** All who watch one place. */
class Place {
  readonly below = new Map<string, Place>();
  readonly watchers = new Set<Watcher>();

  get isEmpty(): boolean {
    return this.below.size + this.watchers.size === 0;
  }
}

/** RTO24: all subscribers of a channel's objects, by the path or by the object that they follow. */
export class Watchers {
  readonly #root = new Place();
  /** Those of objects, below by their ids. */
  readonly #objects = new Place();
  /** Those who look at something that has changed, until they are told. */
  #marked = new Set<Watcher>();
  #heard: (() => void)[] = [];
  #listeners = 0;

  /** Whether anybody is told of anything. */
  get observed(): boolean {
    return !this.#root.isEmpty || !this.#objects.isEmpty;
  }

  /** Whether anybody is told of changes. */
  get isListening(): boolean {
    return this.#listeners > 0;
  }

  /** Adds a subscriber at a path, or of an object; answers with the way to take it out. */
  add(at: Path | LiveObjectState, watcher: Watcher): () => void {
    const weight = watcher.tell ? 1 : 0;
    const join = (place: Place, [key, ...rest]: Path): (() => void) => {
      if (key === undefined) {
        place.watchers.add(watcher);
        this.#listeners += weight;
        return () => {
          if (place.watchers.delete(watcher)) this.#listeners -= weight;
        };
      }
      const next = place.below.get(key) ?? new Place();
      place.below.set(key, next);
      const leave = join(next, rest);
      return () => {
        leave();
        if (next.isEmpty && place.below.get(key) === next) place.below.delete(key);
      };
    };
    return 'id' in at ? join(this.#objects, [at.id]) : join(this.#root, at);
  }

  /**
   * RTO24b: takes note of whom an update concerns, by the paths of its object at this moment. Where these are endless, because
   * maps contain one another, all who look at a place do so again; listeners are told of paths without a circle alone (RTLO4f2).
   */
  note(update: Update): void {
    if (!this.#root.isEmpty) {
      const isEndless = climb(update.object, (way) => {
        this.#noteAt(way, update);
      });
      if (isEndless) this.#markAll(this.#root);
    }
    if (!this.#objects.isEmpty) this.#noteOf(update);
  }

  /** Everything may be another: tells all of it. */
  tellAll(): void {
    this.#markAll(this.#root);
    this.#markAll(this.#objects);
    this.flush();
  }

  /** Tells all whom it concerns: first those who look, then those who listen. */
  flush(): void {
    const [marked, heard] = [this.#marked, this.#heard];
    if (marked.size > 0) this.#marked = new Set();
    if (heard.length > 0) this.#heard = [];
    for (const { look } of marked) look?.();
    for (const tell of heard) tell();
  }

  #noteAt(way: Way | undefined, update: Update): void {
    let place: Place | undefined = this.#root;
    for (let rest = way; rest && place; rest = rest.rest) {
      this.#reach(place, update, { way, rest });
      if (!rest.rest && update.object.tombstonedAt !== undefined) this.#mark(place, 1); // its map has a key less
      place = place.below.get(rest.key);
    }
    if (place) this.#noteIn(place, way, update);
  }

  /** RTO24b2a2: the place itself, and the keys of a map that have changed, with all that is below. */
  #noteIn(place: Place, way: Way | undefined, update: Update): void {
    this.#reach(place, update, { way });
    if (update.object.tombstonedAt !== undefined) this.#markAll(place);
    if (place.below.size > 0 && 'updated' in update)
      for (const keys of [update.updated, update.removed])
        for (const key of keys) {
          const child = place.below.get(key);
          if (!child) continue;
          this.#markAll(child);
          this.#reach(child, update, { way, key });
        }
  }

  #noteOf(update: Update): void {
    const objects = this.#objects.below;
    const place = objects.get(update.object.id);
    if (place) this.#noteIn(place, undefined, update);
    const visited = new Set<LiveObjectState>();
    const visit = (object: LiveObjectState): void => {
      if (visited.has(object)) return;
      visited.add(object);
      const above = objects.get(object.id);
      if (above) this.#mark(above, Infinity);
      for (const { parent } of object.references) visit(parent);
    };
    visit(update.object);
  }

  /** RTO24c1: all at a place who are told of what is so far below; listeners once the whole frame has been applied. */
  #reach(
    { watchers }: Place,
    update: Update,
    { way, rest, key }: { readonly way: Way | undefined; readonly rest?: Way; readonly key?: string },
  ): void {
    for (const watcher of watchers) {
      const { depth, tell } = watcher;
      if (depth < pathOf(rest).length + 1) continue;
      if (!tell) this.#marked.add(watcher);
      else
        this.#heard.push(() => {
          if (watchers.has(watcher)) tell(key === undefined ? pathOf(way) : [...pathOf(way), key], update);
        });
    }
  }

  /** Marks all who look at a place, and at least so deep. */
  #mark({ watchers }: Place, depth: number): void {
    for (const watcher of watchers) if (watcher.look && watcher.depth >= depth) this.#marked.add(watcher);
  }

  /** Marks all who look at a place, or at one below. */
  #markAll(place: Place): void {
    this.#mark(place, 1);
    for (const below of place.below.values()) this.#markAll(below);
  }
}
