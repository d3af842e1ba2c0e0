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

/** Waits of one kind: where a state has them, and the event that comes of one that is over. */
export interface Wait<S, M, E> {
  readonly deadline: (state: S) => Deadline | undefined;
  readonly over: (move: M) => E;
}

/**
 * `during(deadline, ({ in }) => timer(in))` for ten thousand machines in one stream: emits `over` of the move that began a
 * deadline when that is over and its machine still holds it. Deadlines of one length end in the order in which they began,
 * so one timer per length is enough; those given up are skipped. Without deadlines there is no timer.
 */
export function deadlines<S, M extends StateChange<S>, E>(
  scheduler: SchedulerLike,
  ...waits: readonly Wait<S, M, E>[]
): OperatorFunction<M, E> {
  return (move$) =>
    new Observable((subscriber) => {
      const kinds = waits.map((wait) => new Deadlines(wait, scheduler, subscriber));
      const next = (move: M): void => {
        for (const kind of kinds) kind.take(move);
      };
      subscriber.add(
        move$.subscribe({
          next,
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

/** The deadlines of one length, and the timer of the first one that is held. */
interface Queue<M> {
  readonly entries: Fifo<Entry<M>>;
  /** The entry that the timer is for, or was. */
  timed: Entry<M> | undefined;
  timer: Subscription | undefined;
}

/** The deadlines of one kind: a queue and a timer for each length. */
class Deadlines<S, M extends StateChange<S>, E> {
  readonly #queues = new Map<number, Queue<M>>();
  readonly #wait: Wait<S, M, E>;
  readonly #scheduler: SchedulerLike;
  readonly #subscriber: Subscriber<E>;
  readonly #now: () => number;
  /**
   * The queue that ended last, with the entry that it was timed for. Where no object of a shape is left, V8 throws away the
   * code that it compiled for that shape, and each reconnect of a thousand channels would begin with cold code.
   */
  #spare: Queue<M> | undefined = undefined;

  constructor(wait: Wait<S, M, E>, scheduler: SchedulerLike, subscriber: Subscriber<E>) {
    this.#wait = wait;
    this.#scheduler = scheduler;
    this.#subscriber = subscriber;
    this.#now = steady(scheduler);
    subscriber.add(() => {
      for (const { timer } of this.#queues.values()) timer?.unsubscribe();
    });
  }

  /** Begins and gives up deadlines as the move says. */
  take(move: M): void {
    const ended = this.#wait.deadline(move.before);
    const begun = this.#wait.deadline(move.state);
    if (ended === begun) return;
    if (begun) {
      const queue = this.#queues.get(begun.in) ?? this.#emptyQueue();
      queue.entries.push({ move, deadline: begun, at: this.#now() + begun.in });
      if (!queue.timer) {
        this.#queues.set(begun.in, queue);
        this.#tidy(begun.in);
      }
    }
    if (ended) this.#tidy(ended.in);
  }

  #emptyQueue(): Queue<M> {
    const queue = this.#spare ?? { entries: new Fifo(), timed: undefined, timer: undefined };
    this.#spare = undefined;
    return queue;
  }

  #isHeld({ move, deadline }: Entry<M>): boolean {
    return this.#wait.deadline(move.machine.state) === deadline;
  }

  /** The first deadline that is still held; removes those before it. */
  #firstOf({ entries }: Queue<M>): Entry<M> | undefined {
    let first = entries.at(0);
    for (; first && !this.#isHeld(first); first = entries.at(0)) entries.shift();
    return first;
  }

  /** Keeps a timer exactly as long as a deadline is held. */
  #tidy(length: number): void {
    const queue = this.#queues.get(length);
    if (!queue) return;
    const first = this.#firstOf(queue);
    if (first === undefined) {
      queue.timer?.unsubscribe();
      queue.timer = undefined;
      queue.entries.drain();
      this.#queues.delete(length);
      this.#spare = queue;
    } else if (!queue.timer) {
      queue.timed = first;
      const end = (): void => {
        this.#end(length);
      };
      queue.timer = this.#scheduler.schedule(end, Math.max(0, first.at - this.#now()));
    }
  }

  #end(length: number): void {
    const queue = this.#queues.get(length);
    if (!queue) return;
    queue.timer = undefined;
    const due: Entry<M>[] = [];
    const isDue = (entry: Entry<M>): boolean => entry === queue.timed || entry.at <= this.#now(); // timers round fractions
    for (let first = this.#firstOf(queue); first && isDue(first); first = this.#firstOf(queue)) {
      due.push(first);
      queue.entries.shift();
    }
    for (const entry of due) if (this.#isHeld(entry)) this.#subscriber.next(this.#wait.over(entry.move)); // an earlier one may have given it up
    if (!this.#subscriber.closed) this.#tidy(length);
  }
}
