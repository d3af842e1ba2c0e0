import { boundsOf as bounds, type Complaints, type LimitOptions } from '../../flow/limits.js';
import type { Bounds } from '../../rx/bounds.js';
import { check, having, invalid, type Kind } from '../kinds.js';
import { ErrorInfo } from '../wire/error-info.js';

/** Anything of the shape: there are platforms and tests whose class is another one. */
export const abortSignal: Kind = [having('addEventListener')[0], 'an AbortSignal'];

const complaints: Complaints = {
  invalid,
  full: (message) => new ErrorInfo(message, { code: 80030, statusCode: 429 }),
};

/** The options, checked and made whole; `waiting` says what the buffer is full of. Throws 40000. */
export function boundsOf<T>(options: LimitOptions<T>, waiting: string): Bounds<T> {
  check(options, {});
  return bounds(options, waiting, complaints);
}
