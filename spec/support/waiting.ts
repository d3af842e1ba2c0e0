import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';

export interface Waiting {
  /** The same clock. */
  readonly scheduler: SchedulerLike;
  /** How many timers run at this moment. */
  readonly timers: () => number;
}

/** A scheduler that knows what waits, for clients that are to leave nothing that keeps a process alive. */
export function waiting(clock: SchedulerLike): Waiting {
  const running = new Set<Subscription>();
  const scheduler: SchedulerLike = {
    now: () => clock.now(),
    schedule<T>(
      work: (this: SchedulerAction<T>, state?: T) => void,
      delay?: number,
      state?: T,
    ): Subscription {
      const timer = clock.schedule<T>(
        function (this: SchedulerAction<T>, given?: T) {
          running.delete(timer);
          work.call(this, given);
        },
        delay,
        state,
      );
      running.add(timer);
      timer.add(() => running.delete(timer));
      return timer;
    },
  };
  return { scheduler, timers: () => running.size };
}
