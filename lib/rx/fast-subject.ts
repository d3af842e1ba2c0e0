import type { Subscriber } from 'rxjs';

/** The list of those who have no subscribers; never written to. */
const none: never[] = [];

/**
 * A Subject for the hot path: multicasts without the copy of its list that a Subject makes. A subscriber that joins or
 * leaves while a value is being delivered does so from the next value on.
 */
export class FastSubject<T> {
  #subscribers: Subscriber<T>[] = none;
  /** Whether a value is being delivered, so that a change has to be made to a copy of the list. */
  #delivering = false;

  /** Whether there are subscribers. */
  get observed(): boolean {
    return this.#subscribers.length > 0;
  }

  /** Adds a subscriber until it unsubscribes or the stream ends. */
  join(subscriber: Subscriber<T>): void {
    if (this.#subscribers.length > 0) this.#own().push(subscriber);
    else {
      this.#subscribers = [subscriber]; // with room for this one alone: there may be ten thousand such lists
      this.#delivering = false;
    }
    subscriber.add(new Membership(this, subscriber));
  }

  /** Removes a subscriber, which has left or got the end. */
  remove(subscriber: Subscriber<T>): void {
    const at = this.#subscribers.indexOf(subscriber);
    if (at < 0) return;
    const subscribers = this.#own();
    if (subscribers.length > 1) subscribers.splice(at, 1);
    else this.#subscribers = none;
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
    this.#subscribers = none;
    return all;
  }
}

/** The end of a subscriber's part in a subject; an object weighs less than half of a function that knows both. */
class Membership<T> {
  readonly #subject: FastSubject<T>;
  readonly #subscriber: Subscriber<T>;

  constructor(subject: FastSubject<T>, subscriber: Subscriber<T>) {
    this.#subject = subject;
    this.#subscriber = subscriber;
  }

  unsubscribe(): void {
    this.#subject.remove(this.#subscriber);
  }
}
