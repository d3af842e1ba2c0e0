/**
 * First in, first out, each in constant time: an array with a head. (An array's own `shift` moves everything behind it,
 * which at a hundred thousand entries costs more than all the rest.)
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

  /** The `index`th from the front, which stays; `undefined` past the end. */
  at(index: number): T | undefined {
    return this.#entries[this.#head + index];
  }

  /** Takes the first out; `undefined` where there is none. */
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

  /** Takes the `index`th from the front out; those behind it move up. For exceptions: it costs as much as there are. */
  withdraw(index: number): T | undefined {
    return this.#entries.splice(this.#head + index, 1)[0];
  }

  /** Takes everything out, first one first. */
  drain(): readonly T[] {
    const all = this.#entries.slice(this.#head) as T[];
    this.#entries = [];
    this.#head = 0;
    return all;
  }
}
