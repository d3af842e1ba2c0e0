import {
  Observable,
  type OperatorFunction,
  type SchedulerLike,
  type Subscriber,
  type Subscription,
} from 'rxjs';
import { steady } from './clock.js';
import type { Deadline } from '../base/deadline.js';
import { Fifo } from '../base/fifo.js';

/** A step of one of many machines; `machine.state` is its state at the time of reading. */
export interface StateChange<S> {
  readonly machine: { readonly state: S };
  readonly before: S;
  readonly state: S;
}

interface Entry<M> {
  readonly move: M;
  readonly deadline: Deadline;
  readonly at: number;
}

/**
 * `during(select, (deadline) => timer(deadline.in))` for ten thousand machines in one stream: emits the move that began a
 * deadline when that is over and its machine still holds it. Deadlines of one length end in the order in which they began,
 * so one timer per length is enough; those given up are skipped. Without deadlines there is no timer.
 */
export function deadlines<S, M extends StateChange<S>>(
  select: (state: S) => Deadline | undefined,
  scheduler: SchedulerLike,
): OperatorFunction<M, M> {
  return (move$) =>
    new Observable((subscriber) => {
      const queues = new DeadlineQueues<S, M>(select, scheduler, subscriber);
      subscriber.add(() => {
        queues.stop();
      });
      subscriber.add(
        move$.subscribe({
          next: (move) => {
            queues.take(move);
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
          complete: () => {
            subscriber.complete();
          },
        }),
      );
    });
}

/** The deadlines of one subscription: a queue and a timer for each length. */
class DeadlineQueues<S, M extends StateChange<S>> {
  readonly #queues = new Map<number, Fifo<Entry<M>>>();
  readonly #timers = new Map<number, Subscription>();
  readonly #select: (state: S) => Deadline | undefined;
  readonly #scheduler: SchedulerLike;
  readonly #subscriber: Subscriber<M>;
  readonly #now: () => number;

  constructor(
    select: (state: S) => Deadline | undefined,
    scheduler: SchedulerLike,
    subscriber: Subscriber<M>,
  ) {
    this.#select = select;
    this.#scheduler = scheduler;
    this.#subscriber = subscriber;
    this.#now = steady(scheduler);
  }

  /** Begins and gives up deadlines as the move says. */
  take(move: M): void {
    const ended = this.#select(move.before);
    const begun = this.#select(move.state);
    if (ended === begun) return;
    if (begun) {
      const queue = this.#queues.get(begun.in) ?? new Fifo();
      queue.push({ move, deadline: begun, at: this.#now() + begun.in });
      this.#queues.set(begun.in, queue);
      this.#tidy(begun.in);
    }
    if (ended) this.#tidy(ended.in);
  }

  stop(): void {
    for (const timer of this.#timers.values()) timer.unsubscribe();
  }

  #isHeld({ move, deadline }: Entry<M>): boolean {
    return this.#select(move.machine.state) === deadline;
  }

  /** The first deadline of a length that is still held; removes those before it. */
  #firstOf(length: number): Entry<M> | undefined {
    const queue = this.#queues.get(length);
    let first = queue?.at(0);
    for (; first && !this.#isHeld(first); first = queue?.at(0)) queue?.shift();
    return first;
  }

  /** Keeps a timer exactly as long as a deadline is held. */
  #tidy(length: number): void {
    const first = this.#firstOf(length);
    if (first === undefined) {
      this.#timers.get(length)?.unsubscribe();
      this.#timers.delete(length);
      this.#queues.delete(length);
    } else if (!this.#timers.has(length)) {
      const end = (): void => {
        this.#end(length, first);
      };
      this.#timers.set(length, this.#scheduler.schedule(end, Math.max(0, first.at - this.#now())));
    }
  }

  #end(length: number, timed: Entry<M>): void {
    this.#timers.delete(length);
    const due: Entry<M>[] = [];
    const isDue = (entry: Entry<M>): boolean => entry === timed || entry.at <= this.#now(); // timers round fractions
    for (let first = this.#firstOf(length); first && isDue(first); first = this.#firstOf(length)) {
      due.push(first);
      this.#queues.get(length)?.shift();
    }
    for (const entry of due) if (this.#isHeld(entry)) this.#subscriber.next(entry.move); // an earlier one may have given it up
    if (!this.#subscriber.closed) this.#tidy(length);
  }
}
