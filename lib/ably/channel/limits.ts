import {
  boundsOf as bounds,
  type Complaints,
  countOf as count,
  type LimitOptions,
} from '../../flow/limits.js';
import type { Bounds } from '../../rx/bounds.js';
import { ErrorInfo } from '../wire/error-info.js';

/** 40000 */
export const invalid = (option: string, problem: string): ErrorInfo =>
  new ErrorInfo(`The option "${option}" ${problem}.`, { code: 40000, statusCode: 400 });

const complaints: Complaints = {
  invalid,
  full: (message) => new ErrorInfo(message, { code: 80030, statusCode: 429 }),
};

/** The options, checked and made whole; `waiting` says what the buffer is full of. Throws 40000. */
export const boundsOf = <T>(options: LimitOptions<T>, waiting: string): Bounds<T> =>
  bounds(options, waiting, complaints);

/** A whole number, or Infinity. Throws 40000. */
export const countOf = (option: string, value: number, least: number): number =>
  count(option, value, least, invalid);

/** Anything of the shape: there are platforms and tests whose class is another one. Throws 40000. */
export function signalOf({ signal }: { readonly signal?: AbortSignal | undefined }): AbortSignal | undefined {
  if (signal === undefined) return undefined;
  if (typeof (signal as Partial<AbortSignal> | null)?.addEventListener === 'function') return signal;
  throw invalid('signal', 'has to be an AbortSignal');
}
