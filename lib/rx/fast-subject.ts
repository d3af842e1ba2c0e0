import type { Subscriber } from 'rxjs';

/**
 * A Subject for the hot path: the same fan-out, without what a Subject does per value to be safe for strangers. Whoever
 * joins or leaves while a value is under way counts from the next value on.
 */
export class FastSubject<T> {
  #subscribers: Subscriber<T>[] = [];
  /** Whether somebody walks through the list at this moment, so that a change has to be made to a copy. */
  #walked = false;

  /** Whether anybody listens. */
  get observed(): boolean {
    return this.#subscribers.length > 0;
  }

  /** Joins; unsubscribing leaves. `left` is called then, whatever the reason. */
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
    const walked = this.#walked;
    this.#walked = true;
    for (let at = 0; at < subscribers.length; at += 1) subscribers[at]?.next(value);
    this.#walked = walked;
  }

  error(error: Error): void {
    for (const subscriber of this.#takeAll()) subscriber.error(error);
  }

  complete(): void {
    for (const subscriber of this.#takeAll()) subscriber.complete();
  }

  /** The list, or a copy where somebody walks through it. */
  #own(): Subscriber<T>[] {
    if (this.#walked) {
      this.#subscribers = [...this.#subscribers];
      this.#walked = false;
    }
    return this.#subscribers;
  }

  /** Whoever joins while the others are told of the end is not one of them. */
  #takeAll(): readonly Subscriber<T>[] {
    const all = this.#subscribers;
    this.#subscribers = [];
    return all;
  }
}
