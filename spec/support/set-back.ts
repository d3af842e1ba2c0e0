import type { SchedulerLike } from 'rxjs';

/** A scheduler whose clock can be set back; its timers take as long as ever. */
export class SetBack implements SchedulerLike {
  /** Milliseconds. */
  by = 0;
  readonly schedule: SchedulerLike['schedule'];
  readonly #scheduler: SchedulerLike;

  constructor(scheduler: SchedulerLike) {
    this.#scheduler = scheduler;
    this.schedule = scheduler.schedule.bind(scheduler);
  }

  now(): number {
    return this.#scheduler.now() - this.by;
  }
}
