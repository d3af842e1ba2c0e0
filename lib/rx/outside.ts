import { type MonoTypeOperatorFunction, Observable, type SchedulerAction, type SchedulerLike } from 'rxjs';

/** Runs a function somewhere else, such as outside Angular's zone, and returns what it returns. */
export type Outside = <T>(work: () => T) => T;

/** Subscribes to the source there; without `outside` the source itself. */
export const subscribeOutside =
  <T>(outside: Outside | undefined): MonoTypeOperatorFunction<T> =>
  (source) =>
    outside ? new Observable((subscriber) => outside(() => source.subscribe(subscriber))) : source;

/** A scheduler whose timers begin there. */
class OutsideScheduler implements SchedulerLike {
  readonly inner: SchedulerLike;
  readonly #outside: Outside;

  constructor(inner: SchedulerLike, outside: Outside) {
    this.inner = inner;
    this.#outside = outside;
  }

  now(): number {
    return this.inner.now();
  }

  schedule<T>(
    work: (this: SchedulerAction<T>, state: T) => void,
    delay: number,
    state: T,
  ): ReturnType<SchedulerLike['schedule']> {
    return this.#outside(() => this.inner.schedule(work, delay, state));
  }
}

/** The scheduler, with its timers there; without `outside` the scheduler itself. */
export const scheduleOutside = (scheduler: SchedulerLike, outside: Outside | undefined): SchedulerLike =>
  outside ? new OutsideScheduler(scheduler, outside) : scheduler;

/** The scheduler that a scheduler stands for. */
export const innerOf = (scheduler: SchedulerLike): SchedulerLike =>
  scheduler instanceof OutsideScheduler ? scheduler.inner : scheduler;
