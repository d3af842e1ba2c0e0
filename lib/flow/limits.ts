import { callable, countFrom, type Validators, oneOf } from '../options/validators.js';
import type { OverflowLimits, Overflow } from '../base/overflow.js';

/** How much may wait, and what becomes of more. */
export interface LimitOptions<T> {
  /** How many values may wait. Default 1,000. */
  readonly buffer?: number;
  /** Handles one value too many: it is an `'error'` (default), or `'dropOldest'` or `'dropNewest'`. */
  readonly overflow?: Overflow;
  /** Called with each value that is dropped; what it throws is an error of the stream. */
  readonly onDrop?: (value: T) => void;
}

/** Checks of these options. */
export const limitKinds: Validators<keyof LimitOptions<unknown>> = {
  buffer: countFrom(0),
  overflow: oneOf('error', 'dropOldest', 'dropNewest'),
  onDrop: callable,
};

/** The options, which have been checked, made whole; `waiting` says what the buffer is full of, and `full` makes an error of a text. */
export function boundsOf<T>(
  { buffer = 1000, overflow = 'error', onDrop }: LimitOptions<T>,
  waiting: string,
  full: (message: string) => Error,
): OverflowLimits<T> {
  const message = `${buffer} ${waiting} already (option buffer). Raise the option, or say by the option overflow what to drop.`;
  return { buffer, overflow, onDrop, full: () => full(message) };
}
