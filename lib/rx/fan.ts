import type { Subscriber } from 'rxjs';

/**
 * A Subject for the hot path: the same fan-out, without what a Subject does per value to be safe for strangers. Whoever
 * joins or leaves while a value is under way counts from the next value on.
 */
export class Fan<T> {
  #subscribers: readonly Subscriber<T>[] = [];

  /** Whether anybody listens. */
  get observed(): boolean {
    return this.#subscribers.length > 0;
  }

  /** Joins; unsubscribing leaves. `left` is called then, whatever the reason. */
  join(subscriber: Subscriber<T>, left?: () => void): void {
    this.#subscribers = [...this.#subscribers, subscriber];
    subscriber.add(() => {
      this.#subscribers = this.#subscribers.filter((other) => other !== subscriber);
      left?.();
    });
  }

  next(value: T): void {
    const subscribers = this.#subscribers;
    for (let at = 0; at < subscribers.length; at += 1) subscribers[at]?.next(value);
  }

  error(error: Error): void {
    for (const subscriber of this.#subscribers) subscriber.error(error);
  }

  complete(): void {
    for (const subscriber of this.#subscribers) subscriber.complete();
  }
}
