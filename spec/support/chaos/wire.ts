import type { SchedulerLike } from 'rxjs';

/** One direction of a TCP connection: everything arrives late, in order and once, or not at all. */
export class Wire {
  readonly #scheduler: SchedulerLike;
  readonly #latency: () => number;
  #lastDue = 0;
  #heldUntil = 0;
  #isBroken = false;

  /** `latency` is asked for each thing that is carried. */
  constructor(scheduler: SchedulerLike, latency: () => number) {
    this.#scheduler = scheduler;
    this.#latency = latency;
  }

  /** Does it when it arrives: after all that was carried before, and never if the wire breaks until then. */
  carry(arrive: () => void): void {
    if (this.#isBroken) return;
    const now = this.#scheduler.now();
    this.#lastDue = Math.max(this.#lastDue, this.#heldUntil, now + this.#latency());
    this.#scheduler.schedule(() => {
      if (!this.#isBroken) this.#arrived(arrive);
    }, this.#lastDue - now);
  }

  /** Nothing arrives before that time, neither what is under way. */
  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until);
  }

  /** What is under way is lost. */
  break(): void {
    this.#isBroken = true;
  }

  #waiting: (() => void)[] = [];

  #arrived(arrive: () => void): void {
    this.#waiting.push(arrive);
    if (this.#waiting.length === 1) this.#deliver();
  }

  #deliver(): void {
    const now = this.#scheduler.now();
    if (this.#isBroken) return;
    if (now < this.#heldUntil) {
      this.#scheduler.schedule(() => this.#deliver(), this.#heldUntil - now);
      return;
    }
    const due = this.#waiting;
    this.#waiting = [];
    for (const arrive of due) if (!this.#isBroken) arrive();
  }
}
