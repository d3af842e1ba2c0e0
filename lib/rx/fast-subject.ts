import type { Subscriber } from 'rxjs';

/**
 * A Subject for the hot path: multicasts without the copy of its list that a Subject makes. A subscriber that joins or
 * leaves while a value is being delivered does so from the next value on.
 */
export class FastSubject<T> {
  #subscribers: Subscriber<T>[] = [];
  /** Whether a value is being delivered, so that a change has to be made to a copy of the list. */
  #delivering = false;

  /** Whether there are subscribers. */
  get observed(): boolean {
    return this.#subscribers.length > 0;
  }

  /** Adds a subscriber until it unsubscribes or the stream ends; `left` is called then. */
  join(subscriber: Subscriber<T>, left?: () => void): void {
    this.#own().push(subscriber);
    subscriber.add(() => {
      const subscribers = this.#own();
      const at = subscribers.indexOf(subscriber);
      if (at >= 0) subscribers.splice(at, 1);
      left?.();
    });
  }

  next(value: T): void {
    const subscribers = this.#subscribers;
    const delivering = this.#delivering;
    this.#delivering = true;
    for (let at = 0; at < subscribers.length; at += 1) subscribers[at]?.next(value);
    this.#delivering = delivering;
  }

  error(error: Error): void {
    for (const subscriber of this.#takeAll()) subscriber.error(error);
  }

  complete(): void {
    for (const subscriber of this.#takeAll()) subscriber.complete();
  }

  /** The list to change: a copy while a value is being delivered. */
  #own(): Subscriber<T>[] {
    if (this.#delivering) {
      this.#subscribers = [...this.#subscribers];
      this.#delivering = false;
    }
    return this.#subscribers;
  }

  /** Removes all before they get the end, so that one that joins meanwhile does not. */
  #takeAll(): readonly Subscriber<T>[] {
    const all = this.#subscribers;
    this.#subscribers = [];
    return all;
  }
}
