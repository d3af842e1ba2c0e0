import type { Bounds, Overflow } from '../rx/bounds.js';

/** How much may wait, and what becomes of more. */
export interface LimitOptions<T> {
  /** How many values may wait. Default 1,000. */
  readonly buffer?: number;
  /** What becomes of one value too many: it is an `'error'` (default), or `'dropOldest'` or `'dropNewest'`. */
  readonly overflow?: Overflow;
  /** Called with each value that is dropped; what it throws is an error of the stream. */
  readonly onDrop?: (value: T) => void;
}

/** The errors of whoever's options they are. */
export interface Complaints {
  /** `name` is what the option has to be. */
  readonly invalid: (option: string, name: string) => Error;
  /** One value too many. */
  readonly full: (message: string) => Error;
}

const overflows: readonly Overflow[] = ['error', 'dropOldest', 'dropNewest'];

/** The options, checked and made whole; `waiting` says what the buffer is full of. */
export function boundsOf<T>(
  { buffer = 1000, overflow = 'error', onDrop }: LimitOptions<T>,
  waiting: string,
  { invalid, full }: Complaints,
): Bounds<T> {
  if (!overflows.includes(overflow))
    throw invalid('overflow', overflows.map((each) => `'${each}'`).join(', '));
  if (onDrop !== undefined && typeof (onDrop as unknown) !== 'function')
    throw invalid('onDrop', 'a function');
  const text = `${buffer} ${waiting} already (option buffer). Raise the option, or say by the option overflow what to drop.`;
  return { buffer: countOf('buffer', buffer, 0, invalid), overflow, onDrop, full: () => full(text) };
}

/** A whole number, or Infinity. */
export function countOf(
  option: string,
  value: number,
  least: number,
  invalid: Complaints['invalid'],
): number {
  if ((Number.isInteger(value) || value === Infinity) && value >= least) return value;
  throw invalid(option, `a whole number from ${least} on, or Infinity`);
}
