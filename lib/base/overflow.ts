import type { Fifo } from './fifo.js';

/** What becomes of one value too many: the stream errors, or the one that waits longest is dropped, or the new one. */
export type Overflow = 'error' | 'dropOldest' | 'dropNewest';

/** How much may wait. */
export interface OverflowLimits<T> {
  /** How many values may wait. */
  readonly buffer: number;
  readonly overflow: Overflow;
  /** Told of each value that is dropped. */
  readonly onDrop: ((value: T) => void) | undefined;
  /** What one value too many ends the stream with, where `overflow` is `'error'`. */
  readonly full: () => Error;
}

/** Drops what is too much; throws where that is an error, or where `onDrop` throws. */
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
