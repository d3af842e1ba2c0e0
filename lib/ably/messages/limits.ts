import { boundsOf as bounds, limitKinds, type LimitOptions } from '../../flow/limits.js';
import { having, type Validator } from '../../options/validators.js';
import type { OverflowLimits } from '../../base/overflow.js';
import { check } from '../check-options.js';
import { ErrorInfo } from '../wire/error-info.js';

/** Anything of the shape: there are platforms and tests whose class is another one. */
export const abortSignal: Validator = [having('addEventListener')[0], 'an AbortSignal'];

/** The options, checked and made whole; `waiting` says what the buffer is full of. Throws 40000. */
export function boundsOf<T>(options: LimitOptions<T>, waiting: string): OverflowLimits<T> {
  check(options, limitKinds);
  return bounds(options, waiting, (message) => new ErrorInfo(message, { code: 80030, statusCode: 429 }));
}
