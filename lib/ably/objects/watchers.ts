import type { LiveObjectState } from './state/live-object.js';
import { type Path, pathsTo } from './state/references.js';
import type { Update } from './state/update.js';

/** A subscriber, told that what it looks at may be another by now. */
export type Look = () => void;

/** A subscriber of changes, told of each, and of the path at which it sees it. */
export interface Listener {
  /** RTPO19c1: levels below its own that it is told of. */
  readonly depth: number;
  readonly tell: (path: Path, update: Update) => void;
}

/** All who look at one place. */
class Place {
  readonly below = new Map<string, Place>();
  /** Those who look at what is there itself. */
  readonly shallow = new Set<Look>();
  /** Those who look at all that is below, too. */
  readonly deep = new Set<Look>();
  readonly listeners = new Set<Listener>();

  get isEmpty(): boolean {
    return this.below.size + this.shallow.size + this.deep.size + this.listeners.size === 0;
  }

  /** Marks all who look at this place, or at one below. */
  markAll(marked: Set<Look>): void {
    for (const look of this.shallow) marked.add(look);
    for (const look of this.deep) marked.add(look);
    for (const place of this.below.values()) place.markAll(marked);
  }
}

/** The ways to look at a place, or to listen there, and who does. */
type Kind = 'shallow' | 'deep' | 'listeners';
type Member<K extends Kind> = K extends 'listeners' ? Listener : Look;

/** RTO24: all subscribers of a channel's objects, by the path or by the object that they follow. */
export class Watchers {
  readonly #root = new Place();
  /** Those of objects, below by their ids. */
  readonly #objects = new Place();
  /** Those who look at something that has changed, until they are told. */
  #marked = new Set<Look>();
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
  add<K extends Kind>(at: Path | LiveObjectState, kind: K, member: Member<K>): () => void {
    const members = (place: Place): Set<unknown> => place[kind];
    const join = (place: Place, [key, ...rest]: Path): (() => void) => {
      if (key === undefined) {
        members(place).add(member);
        if (kind === 'listeners') this.#listeners += 1;
        return () => {
          if (members(place).delete(member) && kind === 'listeners') this.#listeners -= 1;
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
      let circles = 0;
      const onCycle = (): void => {
        circles += 1;
      };
      for (const path of pathsTo(update.object, onCycle)) this.#noteAt(path, update);
      if (circles > 0) this.#root.markAll(this.#marked);
    }
    if (!this.#objects.isEmpty) this.#noteOf(update);
  }

  /** Everything may be another. */
  noteAll(): void {
    this.#root.markAll(this.#marked);
    this.#objects.markAll(this.#marked);
  }

  /** Tells all whom it concerns: first those who look, then those who listen. */
  flush(): void {
    const [marked, heard] = [this.#marked, this.#heard];
    if (marked.size > 0) this.#marked = new Set();
    if (heard.length > 0) this.#heard = [];
    for (const look of marked) look();
    for (const tell of heard) tell();
  }

  #noteAt(path: Path, update: Update): void {
    let place: Place | undefined = this.#root;
    for (let at = 0; at < path.length && place; at += 1) {
      for (const look of place.deep) this.#marked.add(look);
      if (at === path.length - 1 && update.object.tombstonedAt !== undefined)
        for (const look of place.shallow) this.#marked.add(look); // its map has a key less
      this.#hear(place, { path, levels: path.length - at + 1, update });
      place = place.below.get(path[at] ?? '');
    }
    if (place) this.#noteIn(place, path, update);
  }

  /** RTO24b2a2: the place itself, and the keys of a map that have changed, with all that is below. */
  #noteIn(place: Place, path: Path, update: Update): void {
    this.#hear(place, { path, levels: 1, update });
    if (update.object.tombstonedAt !== undefined) {
      place.markAll(this.#marked);
      return;
    }
    for (const look of place.shallow) this.#marked.add(look);
    for (const look of place.deep) this.#marked.add(look);
    if (place.below.size === 0 || !('updated' in update)) return;
    for (const keys of [update.updated, update.removed])
      for (const key of keys) {
        const child = place.below.get(key);
        if (!child) continue;
        child.markAll(this.#marked);
        this.#hear(child, { path: [...path, key], levels: 1, update });
      }
  }

  #noteOf(update: Update): void {
    const objects = this.#objects.below;
    const place = objects.get(update.object.id);
    if (place) this.#noteIn(place, [], update);
    const visited = new Set<LiveObjectState>();
    const climb = (object: LiveObjectState): void => {
      if (visited.has(object)) return;
      visited.add(object);
      for (const look of objects.get(object.id)?.deep ?? []) this.#marked.add(look);
      for (const { parent } of object.references) climb(parent);
    };
    climb(update.object);
  }

  /** RTO24c1; told once the whole frame has been applied. */
  #hear(
    { listeners }: Place,
    { path, levels, update }: { readonly path: Path; readonly levels: number; readonly update: Update },
  ): void {
    for (const listener of listeners)
      if (levels <= listener.depth)
        this.#heard.push(() => {
          if (listeners.has(listener)) listener.tell(path, update);
        });
  }
}
