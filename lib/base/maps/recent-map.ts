/**
 * A two-generation cache: keeps at least the `atLeast` entries set last, and at most twice as many. Dropping a whole
 * generation costs nothing per entry.
 */
export class RecentMap<K, V> {
  readonly #atLeast: number;
  #young = new Map<K, V>();
  #old = new Map<K, V>();

  constructor(atLeast: number) {
    this.#atLeast = atLeast;
  }

  get(key: K): V | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: K, value: V): void {
    this.#young.set(key, value);
    if (this.#young.size < this.#atLeast) return;
    this.#old = this.#young;
    this.#young = new Map();
  }
}
