import { Observable } from 'rxjs';
import { FastSubject } from './fast-subject.js';

/**
 * A FastSubject for each key: a value reaches the subscribers of its key at the cost of one Map lookup, however many keys
 * there are. A key without subscribers is removed.
 */
export class KeyedSubject<K, T> {
  readonly #subjects = new Map<K, FastSubject<T>>();

  /** Emits the values of a key. Hot, replays nothing; ends by `end`, `error` or `complete`. */
  of(key: K): Observable<T> {
    return new Observable((subscriber) => {
      const subject = this.#subjects.get(key) ?? new FastSubject<T>();
      this.#subjects.set(key, subject);
      subject.join(subscriber, () => {
        if (!subject.observed && this.#subjects.get(key) === subject) this.#subjects.delete(key);
      });
    });
  }

  /** Whether the key has subscribers. */
  has(key: K): boolean {
    return this.#subjects.has(key);
  }

  /** Whether any key has subscribers. */
  get observed(): boolean {
    return this.#subjects.size > 0;
  }

  next(key: K, value: T): void {
    this.#subjects.get(key)?.next(value);
  }

  /** Completes the subscribers of a key. */
  end(key: K): void {
    this.#subjects.get(key)?.complete();
  }

  /** Errors the subscribers of every key. */
  error(error: Error): void {
    for (const subject of [...this.#subjects.values()]) subject.error(error);
  }

  /** Completes the subscribers of every key. */
  complete(): void {
    for (const subject of [...this.#subjects.values()]) subject.complete();
  }
}
