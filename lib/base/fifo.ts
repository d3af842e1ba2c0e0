/**
 * A first-in, first-out queue in constant time per entry: an array with a head. An array's own `shift` moves all entries
 * behind it, which at a hundred thousand entries costs more than all the rest.
 */
export class Fifo<T> {
  #entries: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#entries.length - this.#head;
  }

  push(entry: T): void {
    this.#entries.push(entry);
  }

  /** The `index`th entry from the front, counted from 0; `undefined` past the end. */
  at(index: number): T | undefined {
    return this.#entries[this.#head + index];
  }

  /** Removes the first entry; `undefined` where there is none. */
  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const first = this.#entries[this.#head];
    this.#entries[this.#head] = undefined;
    this.#head += 1;
    if (this.#head > 1024 && this.#head * 2 > this.#entries.length) {
      this.#entries = this.#entries.slice(this.#head); // amortised: each entry is moved once on average
      this.#head = 0;
    }
    return first;
  }

  /** Removes the `index`th entry from the front. For rare use: it moves all entries behind it. */
  withdraw(index: number): T | undefined {
    return this.#entries.splice(this.#head + index, 1)[0];
  }

  /** Removes all entries, the first one first. */
  drain(): readonly T[] {
    const all = this.#entries.slice(this.#head) as T[];
    this.#entries = [];
    this.#head = 0;
    return all;
  }
}
