import {
  concatMap,
  defer,
  EMPTY,
  finalize,
  from,
  ignoreElements,
  merge,
  type Observable,
  of,
  Subject,
  takeWhile,
  tap,
} from 'rxjs';
import { type LimiterOptions, Limiter } from './limiter.js';

/** Steps through values; `leave` ends that early, and does nothing after the end. */
interface Steps<T> {
  readonly next$: Observable<IteratorResult<T>>;
  readonly leave: () => void;
}

/**
 * Does work for each value, in order, as far as the gate lets it, and asks for the next value only when it could begin: at
 * most one waits. Emits what comes of the work, as it comes. Errors when the values or a piece of work do; completes after
 * the last piece of work. Whatever ends it early ends the iteration too.
 */
export const pullPaced = <T, R>(
  values: Iterable<T> | AsyncIterable<T>,
  gate: LimiterOptions<T, R>,
): Observable<R> =>
  defer(() => {
    const asked = new Subject<void>();
    const { next$, leave } = stepsOf(values);
    const sluice = new Limiter(gate, {
      ask: () => {
        asked.next();
      },
    });
    const fed$ = asked.pipe(
      concatMap(() => next$),
      tap((step) => {
        if (step.done) sluice.end();
        else sluice.put(step.value);
      }),
      takeWhile(({ done }) => !done),
      ignoreElements(),
    );
    const begun$ = defer(() => {
      sluice.run();
      return EMPTY;
    });
    return merge(sluice.result$, fed$, begun$).pipe(finalize(leave));
  });

function stepsOf<T>(values: Iterable<T> | AsyncIterable<T>): Steps<T> {
  let over = false;
  const iterator =
    Symbol.asyncIterator in values ? values[Symbol.asyncIterator]() : values[Symbol.iterator]();
  const leave = async (): Promise<void> => {
    if (!over) await iterator.return?.();
  };
  return {
    next$: defer(() => {
      const step = iterator.next();
      return 'then' in step ? from(step) : of(step);
    }).pipe(
      tap({
        next: ({ done }) => (over = done === true),
        error: () => (over = true),
      }),
    ),
    leave: () => {
      leave().catch(() => undefined); // nobody is there any more to be told
    },
  };
}
