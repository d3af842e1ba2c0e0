import type { SchedulerLike } from 'rxjs';

/** One direction of a TCP connection: everything arrives late, in order and once, or not at all. */
export class Wire {
  readonly #scheduler: SchedulerLike;
  readonly #latency: () => number;
  /** What is under way, oldest first; there is a timer for each, and whichever rings, the oldest is next. */
  #underway: (() => void)[] = [];
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
    this.#underway.push(arrive);
    this.#scheduler.schedule(() => this.#arrived(), this.#lastDue - now);
  }

  /** Nothing arrives before that time, neither what is under way. */
  hold(until: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, until);
  }

  /** What is under way is lost, and what is carried from now on too. */
  break(): void {
    this.#underway = [];
    this.#isBroken = true;
  }

  #arrived(): void {
    const now = this.#scheduler.now();
    if (now < this.#heldUntil) this.#scheduler.schedule(() => this.#arrived(), this.#heldUntil - now);
    else this.#underway.shift()?.();
  }
}
