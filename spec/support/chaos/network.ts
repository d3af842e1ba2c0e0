import type { SchedulerLike } from 'rxjs';
import type { Fault } from './fault.js';

/** One connection through the network, as far as faults concern it. */
export interface Victim {
  /** Ends without a word when so many more bytes have passed. */
  cutAfter(bytes: number): void;
  hold(until: number): void;
  truncate(): void;
  say(garbage: string | Uint8Array): void;
  closeWith(code: number): void;
}

/** What is wrong with a network at the moment, and who has to suffer from it. */
export class Weather {
  /** Connections at hand. */
  readonly victims = new Set<Victim>();
  readonly #scheduler: SchedulerLike;
  readonly #latency: () => number;
  #delay = { by: 0, until: 0 };
  #refusal = 0;
  #drops = { after: 0, until: 0 };

  /** `latency` is that of fair weather, in ms, asked for each thing that is carried. */
  constructor(scheduler: SchedulerLike, latency: () => number) {
    this.#scheduler = scheduler;
    this.#latency = latency;
  }

  /** How late the next thing arrives. */
  readonly latency = (): number =>
    this.#latency() + (this.#scheduler.now() < this.#delay.until ? this.#delay.by : 0);

  get refuses(): boolean {
    return this.#scheduler.now() < this.#refusal;
  }

  /** Takes in a new connection. */
  admit(victim: Victim): void {
    this.victims.add(victim);
    if (this.#scheduler.now() < this.#drops.until) victim.cutAfter(this.#drops.after);
  }

  afflict(fault: Fault): void {
    const now = this.#scheduler.now();
    const each = (suffer: (victim: Victim) => void): void => [...this.victims].forEach(suffer);
    switch (fault.type) {
      case 'cut':
        return each((victim) => victim.cutAfter(fault.after));
      case 'delay':
        this.#delay = { by: fault.by, until: now + fault.lasting };
        return;
      case 'hush':
        return each((victim) => victim.hold(now + fault.lasting));
      case 'refuse':
        this.#refusal = now + fault.lasting;
        return;
      case 'accept and drop':
        this.#drops = { after: fault.after, until: now + fault.lasting };
        return;
      case 'truncate':
        return each((victim) => victim.truncate());
      case 'garbage':
        return each((victim) => victim.say(fault.data));
      case 'close':
        return each((victim) => victim.closeWith(fault.code));
    }
  }
}
