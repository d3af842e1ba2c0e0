import {
  type SchedulerAction,
  type SchedulerLike,
  type Subscription,
  VirtualAction,
  VirtualTimeScheduler,
} from 'rxjs';

type Work<T> = (this: SchedulerAction<T>, state?: T) => void;

const mostAtOnce = 10_000;

/** Virtual time in which promises settle: between any two things that happen, the microtasks run. */
export class VirtualClock extends VirtualTimeScheduler {
  constructor() {
    super(VirtualAction, Infinity);
  }

  /** Lets time pass up to that virtual millisecond, and including it. Throws where time stands still. */
  async runTo(time: number): Promise<void> {
    let since = { time: -1, count: 0 };
    for (let next = this.actions[0]; next && next.delay <= time; next = this.actions[0]) {
      this.actions.shift();
      since =
        next.delay === since.time
          ? { time: since.time, count: since.count + 1 }
          : { time: next.delay, count: 0 };
      if (since.count > mostAtOnce) throw new Error(`Something goes round in circles at ${since.time} ms.`);
      this.frame = next.delay;
      const error: unknown = next.execute(next.state, next.delay);
      if (error) throw error;
      await undefined;
      await undefined;
    }
    this.frame = time;
  }

  /** The same clock for somebody whose timers are to be told from those of others. */
  lend(): LentClock {
    const works = new WeakSet<object>();
    return {
      now: () => this.now(),
      schedule: <T>(work: Work<T>, delay?: number, state?: T): Subscription => {
        const own: Work<T> = function (given) {
          work.call(this, given);
        };
        works.add(own);
        return this.schedule(own, delay, state as T);
      },
      pending: () => this.actions.filter((action) => works.has(workOf(action))).length,
    };
  }
}

/** A scheduler, and how much is still scheduled by it. */
export interface LentClock extends SchedulerLike {
  readonly pending: () => number;
}

/** Not part of the public face of an action, but the one thing that it hands on when it schedules itself again. */
const workOf = (action: object): object => (action as { readonly work: object }).work;
