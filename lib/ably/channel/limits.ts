import type { Bounds, Overflow } from '../../rx/bounds.js';
import { callable, check, countFrom, having, type Kind, type Kinds, oneOf } from '../kinds.js';
import { ErrorInfo } from '../wire/error-info.js';

export type { Overflow };

/** How much may wait, and what becomes of more. */
export interface LimitOptions<T> {
  /** How many values may wait. Default 1,000. */
  readonly buffer?: number;
  /** What becomes of one value too many: it is an `'error'` (default), or `'dropOldest'` or `'dropNewest'`. */
  readonly overflow?: Overflow;
  /** Called with each value that is dropped; what it throws is an error of the stream. */
  readonly onDrop?: (value: T) => void;
}

/** Anything of the shape: there are platforms and tests whose class is another one. */
export const abortSignal: Kind = [having('addEventListener')[0], 'an AbortSignal'];
const kinds: Kinds<keyof LimitOptions<unknown>> = {
  buffer: countFrom(0),
  overflow: oneOf('error', 'dropOldest', 'dropNewest'),
  onDrop: callable,
};

/** The options, checked and made whole; `waiting` says what the buffer is full of. Throws 40000. */
export function boundsOf<T>(options: LimitOptions<T>, waiting: string): Bounds<T> {
  check(options, kinds);
  const { buffer = 1000, overflow = 'error', onDrop } = options;
  const full = (): ErrorInfo =>
    new ErrorInfo(
      `${buffer} ${waiting} already (option buffer). Raise the option, or say by the option overflow what to drop.`,
      { code: 80030, statusCode: 429 },
    );
  return { buffer, overflow, onDrop, full };
}
