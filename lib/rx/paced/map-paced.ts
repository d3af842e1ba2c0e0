import { defer, ignoreElements, merge, type OperatorFunction, tap } from 'rxjs';
import { type OverflowLimits, dropOverflow } from '../../base/overflow.js';
import { type LimiterOptions, Limiter } from './limiter.js';

/**
 * Runs work for each value of a stream, in order and as the limiter allows; further values wait, within `limits`. Emits the
 * results of the work as they come. Errors when the source or a piece of work does, or when too many values wait; completes
 * after the last piece of work.
 */
export function mapPaced<T, R>(
  options: LimiterOptions<T, R>,
  limits: OverflowLimits<T>,
): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      const limiter = new Limiter(options, {
        keep: (waiting) => {
          dropOverflow(limits, waiting);
        },
      });
      const put = tap<T>({
        next: (value) => {
          limiter.put(value);
        },
        complete: () => {
          limiter.end();
        },
      });
      return merge(limiter.result$, source.pipe(put, ignoreElements()));
    });
}
