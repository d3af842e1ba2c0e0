import type { SchedulerAction, SchedulerLike, Subscription } from 'rxjs';
import { systemScheduler } from '../../rx/clock.js';

/**
 * The system's scheduler for a server in memory: where the platform can say so, its timers do not keep the process alive,
 * which ends with the clients.
 */
export const idleScheduler: SchedulerLike = {
  now: () => systemScheduler.now(),
  schedule: <T>(
    work: (this: SchedulerAction<T>, state: T) => void,
    delay?: number,
    state?: T,
  ): Subscription => {
    const action = systemScheduler.schedule(work, delay ?? 0, state as T);
    (action as { readonly id?: { readonly unref?: () => void } }).id?.unref?.();
    return action;
  },
};
