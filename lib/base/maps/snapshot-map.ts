import { Described } from '../described.js';

type Contents<V> = Map<string, V>;

/** Puts entries in order. */
export type InOrder<V> = (entries: readonly (readonly [string, V])[]) => readonly (readonly [string, V])[];

/** How an older moment differs from the one after it. */
interface Undo<V> {
  readonly newer: Snapshot<V>;
  readonly key: string;
  readonly before: V | undefined;
}

/** All moments of a map have it in common. */
interface Kind<V> {
  readonly name: string;
  readonly inOrder: InOrder<V> | undefined;
}

/**
 * An immutable snapshot of a map. The newest moment reads the one map that all share; an older one knows how it differs from
 * the next. So a change costs the same however many entries there are and however often a list of them was drawn; only
 * walking through a moment that has passed costs a copy. There, entries that are gone since come last, unless they have an
 * order.
 */
class Snapshot<V> extends Described implements ReadonlyMap<string, V> {
  readonly size: number;
  readonly #kind: Kind<V>;
  #contents: Contents<V> | undefined;
  #undo: Undo<V> | undefined = undefined;
  /** How many are walking through its map at this moment, so that it has to stay as it is. */
  walkers = 0;

  constructor(contents: Contents<V>, kind: Kind<V>) {
    super();
    this.#kind = kind;
    this.#contents = contents;
    this.size = contents.size;
  }

  override get [Symbol.toStringTag](): string {
    return this.#kind.name;
  }

  /** The values, as a list. */
  toJSON(): readonly V[] {
    return [...this.values()];
  }

  /** Another moment has come, and takes the map over. */
  pass(undo: Undo<V>): void {
    this.#contents = undefined;
    this.#undo = undo;
  }

  get(key: string): V | undefined {
    if (!this.#undo) return this.#contents?.get(key);
    const undo = this.#undosTo(key).at(-1);
    if (undo?.key === key) return undo.before;
    return (undo ? undo.newer : this).#contents?.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  forEach(
    callback: (value: V, key: string, map: ReadonlyMap<string, V>) => void,
    thisArgument?: unknown,
  ): void {
    for (const [key, value] of this.entries()) callback.call(thisArgument, value, key, this);
  }

  entries(): MapIterator<[string, V]> {
    return walk(this, () => this.#own().entries());
  }

  keys(): MapIterator<string> {
    return walk(this, () => this.#own().keys());
  }

  values(): MapIterator<V> {
    return walk(this, () => this.#own().values());
  }

  [Symbol.iterator](): MapIterator<[string, V]> {
    return this.entries();
  }

  /** Its map, to be walked through. */
  #own(): Contents<V> {
    if (this.#contents) return this.#contents;
    const undos = this.#undosTo();
    const newest = undos.at(-1)?.newer ?? this;
    const contents = new Map(newest.#contents);
    for (const { key, before } of undos.reverse()) {
      if (before !== undefined) contents.set(key, before);
      else contents.delete(key);
    }
    const { inOrder } = this.#kind;
    this.#undo = undefined;
    return (this.#contents = inOrder ? new Map(inOrder([...contents])) : contents);
  }

  /** How it differs from the next moment, that one from the next, and so on to the newest, or to the first about `key`. */
  #undosTo(key?: string): Undo<V>[] {
    const undos: Undo<V>[] = [];
    for (let undo = this.#undo; undo; undo = undo.newer.#undo) {
      undos.push(undo);
      if (undo.key === key) break;
    }
    return undos;
  }
}

/** A moment as far as walks know it. */
interface Walked {
  walkers: number;
}

/** The prototype of all iterators of the platform, with the helpers that it has. */
const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/**
 * Walks through the map of a moment, which stays as it is from the first step to the last. One that nobody ends costs the
 * next change a copy. An iterator by hand, because a generator costs twice as much a step.
 */
class Walk<T> {
  readonly #moment: Walked;
  readonly #begin: () => MapIterator<T>;
  #steps: Iterator<T, undefined> | undefined = undefined;
  #isWalking = false;

  constructor(moment: Walked, begin: () => MapIterator<T>) {
    this.#moment = moment;
    this.#begin = begin;
  }

  next(): IteratorResult<T, undefined> {
    if (!this.#steps) {
      this.#steps = this.#begin();
      this.#isWalking = true;
      this.#moment.walkers += 1;
    }
    const step = this.#steps.next();
    if (step.done) this.#stop();
    return step;
  }

  /** A loop was left before its end. */
  return(): IteratorResult<T, undefined> {
    this.#stop();
    this.#steps = [].values();
    return { done: true, value: undefined };
  }

  #stop(): void {
    if (this.#isWalking) this.#moment.walkers -= 1;
    this.#isWalking = false;
  }
}
Object.setPrototypeOf(Walk.prototype, iterators);

const walk = <T>(moment: Walked, begin: () => MapIterator<T>): MapIterator<T> =>
  new Walk(moment, begin) as unknown as MapIterator<T>;

/** A map as it changes: one map, and its moments. */
export class SnapshotMap<V> {
  readonly #kind: Kind<V>;
  #contents: Contents<V> = new Map();
  #moment: Snapshot<V>;
  /** Changes since the map was copied last: an old moment that is kept keeps at most so many. */
  #passed = 0;

  /** The moments print by `name`, and those that have passed list what they had as `inOrder` says. */
  constructor(name: string, inOrder?: InOrder<V>) {
    this.#kind = { name, inOrder };
    this.#moment = new Snapshot(this.#contents, this.#kind);
  }

  /** The map as it is now. */
  get now(): ReadonlyMap<string, V> {
    return this.#moment;
  }

  /** Sets one entry, or takes it out. */
  set(key: string, value: V | undefined): void {
    const before = this.#contents.get(key);
    const previous = this.#moment;
    const isLong = this.#passed > Math.max(64, this.#contents.size);
    if (previous.walkers > 0 || isLong) {
      this.#contents = new Map(this.#contents);
      this.#passed = 0;
    }
    const isShared = previous.walkers === 0 && !isLong;
    if (value !== undefined) this.#contents.set(key, value);
    else this.#contents.delete(key);
    this.#moment = new Snapshot(this.#contents, this.#kind);
    if (!isShared) return;
    previous.pass({ newer: this.#moment, key, before });
    this.#passed += 1;
  }

  /** Puts others in their place. */
  replace(contents: Contents<V>): void {
    this.#contents = contents;
    this.#moment = new Snapshot(contents, this.#kind);
    this.#passed = 0;
  }
}
