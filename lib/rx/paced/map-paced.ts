import { defer, ignoreElements, merge, type OperatorFunction, tap } from 'rxjs';
import { type OverflowLimits, dropOverflow } from '../../base/overflow.js';
import { type LimiterOptions, Limiter } from './limiter.js';

/**
 * Does work for each value, in order, as far as the gate lets it; further values wait, within bounds. Emits what comes of
 * the work, as it comes. Errors when the source or a piece of work does, or on one value too many; completes after the
 * last piece of work.
 */
export function mapPaced<T, R>(
  gate: LimiterOptions<T, R>,
  bounds: OverflowLimits<T>,
): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      const sluice = new Limiter(gate, {
        keep: (waiting) => {
          dropOverflow(bounds, waiting);
        },
      });
      const put = tap<T>({
        next: (value) => {
          sluice.put(value);
        },
        complete: () => {
          sluice.end();
        },
      });
      return merge(sluice.result$, source.pipe(put, ignoreElements()));
    });
}
