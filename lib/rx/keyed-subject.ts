import { Observable } from 'rxjs';
import { FastSubject } from './fast-subject.js';

/**
 * One door per key: a value for a key reaches the subscribers of that key and costs one Map lookup, however many keys
 * there are. A key without subscribers costs nothing and is forgotten.
 */
export class KeyedSubject<K, T> {
  readonly #doors = new Map<K, FastSubject<T>>();

  /** Hot, replays nothing; ends when the route does. */
  of(key: K): Observable<T> {
    return new Observable((subscriber) => {
      const door = this.#doors.get(key) ?? new FastSubject<T>();
      this.#doors.set(key, door);
      door.join(subscriber, () => {
        if (!door.observed && this.#doors.get(key) === door) this.#doors.delete(key);
      });
    });
  }

  /** Whether somebody listens to the key. */
  has(key: K): boolean {
    return this.#doors.has(key);
  }

  /** Whether somebody listens to any key. */
  get observed(): boolean {
    return this.#doors.size > 0;
  }

  next(key: K, value: T): void {
    this.#doors.get(key)?.next(value);
  }

  /** Ends those who listen to a key. */
  end(key: K): void {
    this.#doors.get(key)?.complete();
  }

  /** Ends everybody, with an error. */
  error(error: Error): void {
    for (const door of [...this.#doors.values()]) door.error(error);
  }

  /** Ends everybody. */
  complete(): void {
    for (const door of [...this.#doors.values()]) door.complete();
  }
}
