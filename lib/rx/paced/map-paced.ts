import { defer, ignoreElements, merge, type OperatorFunction, tap } from 'rxjs';
import { type Bounds, keepWithin } from '../../base/overflow.js';
import { type Gate, Sluice } from './limiter.js';

/**
 * Does work for each value, in order, as far as the gate lets it; further values wait, within bounds. Emits what comes of
 * the work, as it comes. Errors when the source or a piece of work does, or on one value too many; completes after the
 * last piece of work.
 */
export function throughSluice<T, R>(gate: Gate<T, R>, bounds: Bounds<T>): OperatorFunction<T, R> {
  return (source) =>
    defer(() => {
      const sluice = new Sluice(gate, {
        keep: (waiting) => {
          keepWithin(bounds, waiting);
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
