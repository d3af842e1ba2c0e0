import { Observable, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';
import { steady } from './clock.js';
import type { Deadline } from '../base/deadline.js';
import { Fifo } from '../base/fifo.js';

/** One of many machines moved; `machine.state` is the state that it is in later on. */
export interface StateChange<S> {
  readonly machine: { readonly state: S };
  readonly before: S;
  readonly state: S;
}

interface Entry<M> {
  readonly move: M;
  readonly wait: Deadline;
  readonly at: number;
}

/**
 * `during(select, (wait) => timer(wait.in))`, for ten thousand machines in one stream: emits the move that began a wait
 * when that wait is over and its machine still holds it. Waits of one length end in the order in which they began, so one
 * timer for the first of them will do; one given up is passed over. When nobody waits, there is no timer.
 */
export function deadlines<S, M extends StateChange<S>>(
  select: (state: S) => Deadline | undefined,
  scheduler: SchedulerLike,
): OperatorFunction<M, M> {
  return (move$) =>
    new Observable((subscriber) => {
      const queues = new Map<number, Fifo<Entry<M>>>();
      const timers = new Map<number, Subscription>();
      const now = steady(scheduler);

      const isHeld = ({ move, wait }: Entry<M>): boolean => select(move.machine.state) === wait;
      /** The first wait of a length that is still held; those given up before it are forgotten. */
      const firstOf = (length: number): Entry<M> | undefined => {
        const queue = queues.get(length);
        let first = queue?.at(0);
        for (; first && !isHeld(first); first = queue?.at(0)) queue?.shift();
        return first;
      };
      /** Keeps a timer exactly as long as somebody waits. */
      const tidy = (length: number): void => {
        const first = firstOf(length);
        if (first === undefined) {
          timers.get(length)?.unsubscribe();
          timers.delete(length);
          queues.delete(length);
        } else if (!timers.has(length)) {
          timers.set(
            length,
            scheduler.schedule(
              () => {
                ring(length, first);
              },
              Math.max(0, first.at - now()),
            ),
          );
        }
      };
      const ring = (length: number, rung: Entry<M>): void => {
        timers.delete(length);
        const due: Entry<M>[] = [];
        const isDue = (entry: Entry<M>): boolean => entry === rung || entry.at <= now(); // timers know no fractions
        for (let first = firstOf(length); first && isDue(first); first = firstOf(length)) {
          due.push(first);
          queues.get(length)?.shift();
        }
        for (const entry of due) if (isHeld(entry)) subscriber.next(entry.move); // an earlier one may have ended it
        if (!subscriber.closed) tidy(length);
      };

      subscriber.add(() => {
        for (const timer of timers.values()) timer.unsubscribe();
      });
      subscriber.add(
        move$.subscribe({
          next: (move) => {
            const ended = select(move.before);
            const begun = select(move.state);
            if (ended === begun) return;
            if (begun) {
              const queue = queues.get(begun.in) ?? new Fifo();
              queue.push({ move, wait: begun, at: now() + begun.in });
              queues.set(begun.in, queue);
              tidy(begun.in);
            }
            if (ended) tidy(ended.in);
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
