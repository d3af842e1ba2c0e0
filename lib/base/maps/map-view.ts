import { Described } from '../described.js';

/**
 * A map seen through `select`: each look-up answers as it is at the moment, at the cost of one; a walk goes through what was
 * there when it began, so that what is taken out and put in meanwhile neither ends nor prolongs it.
 */
export class MapView<K, S, T> extends Described implements ReadonlyMap<K, T> {
  readonly #source: ReadonlyMap<K, S>;
  readonly #select: (value: S) => T;

  constructor(source: ReadonlyMap<K, S>, select: (value: S) => T) {
    super();
    this.#source = source;
    this.#select = select;
  }

  /** The values, as a list. */
  toJSON(): readonly T[] {
    return [...this.values()];
  }

  get size(): number {
    return this.#source.size;
  }

  has(key: K): boolean {
    return this.#source.has(key);
  }

  get(key: K): T | undefined {
    const found = this.#source.get(key);
    return found === undefined ? undefined : this.#select(found);
  }

  forEach(callback: (value: T, key: K, map: ReadonlyMap<K, T>) => void, thisArgument?: unknown): void {
    for (const [key, value] of this) callback.call(thisArgument, value, key, this);
  }

  keys(): MapIterator<K> {
    return this.#copy().keys();
  }

  values(): MapIterator<T> {
    return this.#copy().values();
  }

  entries(): MapIterator<[K, T]> {
    return this.#copy().entries();
  }

  [Symbol.iterator](): MapIterator<[K, T]> {
    return this.entries();
  }

  #copy(): Map<K, T> {
    return new Map(Array.from(this.#source, ([key, value]) => [key, this.#select(value)]));
  }
}
