import { Observable, type OperatorFunction, type SchedulerLike, type Subscription } from 'rxjs';
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
      const queues = new Map<number, Fifo<Entry<M>>>();
      const timers = new Map<number, Subscription>();
      const now = steady(scheduler);

      const isHeld = ({ move, deadline }: Entry<M>): boolean => select(move.machine.state) === deadline;
      /** The first deadline of a length that is still held; removes those before it. */
      const firstOf = (length: number): Entry<M> | undefined => {
        const queue = queues.get(length);
        let first = queue?.at(0);
        for (; first && !isHeld(first); first = queue?.at(0)) queue?.shift();
        return first;
      };
      /** Keeps a timer exactly as long as a deadline is held. */
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
                end(length, first);
              },
              Math.max(0, first.at - now()),
            ),
          );
        }
      };
      const end = (length: number, timed: Entry<M>): void => {
        timers.delete(length);
        const due: Entry<M>[] = [];
        const isDue = (entry: Entry<M>): boolean => entry === timed || entry.at <= now(); // timers round fractions
        for (let first = firstOf(length); first && isDue(first); first = firstOf(length)) {
          due.push(first);
          queues.get(length)?.shift();
        }
        for (const entry of due) if (isHeld(entry)) subscriber.next(entry.move); // an earlier one may have given it up
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
              queue.push({ move, deadline: begun, at: now() + begun.in });
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
