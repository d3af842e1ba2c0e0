import type { Fifo } from './fifo.js';

/** Policy for a full buffer: the stream errors, or the oldest value is dropped, or the newest. */
export type Overflow = 'error' | 'dropOldest' | 'dropNewest';

/** Limits of a buffer. */
export interface OverflowLimits<T> {
  /** Number of values that may wait. */
  readonly buffer: number;
  readonly overflow: Overflow;
  /** Called with each value that is dropped. */
  readonly onDrop: ((value: T) => void) | undefined;
  /** Makes the error of a full buffer, where `overflow` is `'error'`. */
  readonly full: () => Error;
}

/** Drops values until the rest fits; throws `full()` where `overflow` is `'error'`, or what `onDrop` throws. */
export function dropOverflow<T>(
  { buffer, overflow, onDrop, full }: OverflowLimits<T>,
  waiting: Fifo<T>,
): void {
  while (waiting.length > buffer) {
    const dropped = overflow === 'dropOldest' ? waiting.shift() : waiting.withdraw(waiting.length - 1);
    if (overflow === 'error') throw full();
    onDrop?.(dropped as T); // there was one
  }
}
