import type { Bounds, Overflow } from '../../rx/bounds.js';
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

const overflows: readonly Overflow[] = ['error', 'dropOldest', 'dropNewest'];

/** The options, checked and made whole; `waiting` says what the buffer is full of. Throws 40000. */
export function boundsOf<T>(
  { buffer = 1000, overflow = 'error', onDrop }: LimitOptions<T>,
  waiting: string,
): Bounds<T> {
  if (!overflows.includes(overflow)) throw invalid('overflow', `has to be one of ${overflows.join(', ')}`);
  if (onDrop !== undefined && typeof (onDrop as unknown) !== 'function')
    throw invalid('onDrop', 'has to be a function');
  const full = (): ErrorInfo =>
    new ErrorInfo(
      `${buffer} ${waiting} already (option buffer). Raise the option, or choose with the option overflow what to drop.`,
      { code: 80030, statusCode: 429 },
    );
  return { buffer: countOf('buffer', buffer, 0), overflow, onDrop, full };
}

/** A whole number, or Infinity. Throws 40000. */
export function countOf(option: string, value: number, least: number): number {
  if ((Number.isInteger(value) || value === Infinity) && value >= least) return value;
  throw invalid(option, `has to be a whole number from ${least} on, or Infinity`);
}

/** Anything of the shape: there are platforms and tests whose class is another one. Throws 40000. */
export function signalOf({ signal }: { readonly signal?: AbortSignal | undefined }): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  if (typeof (signal as Partial<AbortSignal> | null)?.addEventListener === 'function') return signal;
  throw invalid('signal', 'has to be an AbortSignal');
}

/** 40000 */
export const invalid = (option: string, problem: string): ErrorInfo =>
  new ErrorInfo(`The option "${option}" ${problem}.`, { code: 40000 });
