import { Observable, type Subscriber } from 'rxjs';
import { FastSubject } from './fast-subject.js';

/**
 * A FastSubject for each key: a value reaches the subscribers of its key at the cost of one Map lookup, however many keys
 * there are. A key without subscribers is removed.
 */
export class KeyedSubject<K, T> {
  readonly #subjects = new Map<K, KeySubject<K, T>>();

  /** Emits the values of a key. Hot, replays nothing; ends by `end`, `error` or `complete`. */
  of(key: K): Observable<T> {
    return new Observable((subscriber) => {
      this.join(key, subscriber);
    });
  }

  /** Adds a subscriber to the values of a key, until it unsubscribes or the stream ends. */
  join(key: K, subscriber: Subscriber<T>): void {
    let subject = this.#subjects.get(key);
    if (!subject) {
      subject = new KeySubject(key, this.#subjects);
      this.#subjects.set(key, subject);
    }
    subject.join(subscriber);
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

/** The subscribers of one key, which go from the map with the last of them. */
class KeySubject<K, T> extends FastSubject<T> {
  readonly #key: K;
  readonly #subjects: Map<K, KeySubject<K, T>>;

  constructor(key: K, subjects: Map<K, KeySubject<K, T>>) {
    super();
    this.#key = key;
    this.#subjects = subjects;
  }

  override remove(subscriber: Subscriber<T>): void {
    super.remove(subscriber);
    if (!this.observed && this.#subjects.get(this.#key) === this) this.#subjects.delete(this.#key);
  }
}
