import { Observable, Subject } from 'rxjs';

/**
 * One door per key: a value for a key reaches the subscribers of that key and costs one Map lookup, however many keys
 * there are. A key without subscribers costs nothing and is forgotten.
 */
export class Route<K, T> {
  readonly #doors = new Map<K, Subject<T>>();

  /** Hot, replays nothing; completes on `complete()`. */
  of(key: K): Observable<T> {
    return new Observable((subscriber) => {
      const door = this.#doors.get(key) ?? new Subject<T>();
      this.#doors.set(key, door);
      subscriber.add(door.subscribe(subscriber));
      subscriber.add(() => {
        if (!door.observed && this.#doors.get(key) === door) this.#doors.delete(key); // after the door has been left
      });
    });
  }

  /** Whether somebody listens to the key. */
  has(key: K): boolean {
    return this.#doors.has(key);
  }

  next(key: K, value: T): void {
    this.#doors.get(key)?.next(value);
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
