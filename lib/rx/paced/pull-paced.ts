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

/** An iteration; `leave` ends it early, and does nothing after its end. */
interface Steps<T> {
  readonly next$: Observable<IteratorResult<T>>;
  readonly leave: () => void;
}

/**
 * Runs work for each value of an iterable, in order and as the limiter allows, and requests the next value only when its
 * work could start: at most one waits. Emits the results of the work as they come. Errors when the iteration or a piece of
 * work does; completes after the last piece of work. Unsubscribing or an error ends the iteration too.
 */
export const pullPaced = <T, R>(
  values: Iterable<T> | AsyncIterable<T>,
  options: LimiterOptions<T, R>,
): Observable<R> =>
  defer(() => {
    const demand$ = new Subject<void>();
    const { next$, leave } = stepsOf(values);
    const limiter = new Limiter(options, {
      ask: () => {
        demand$.next();
      },
    });
    const fed$ = demand$.pipe(
      concatMap(() => next$),
      tap((step) => {
        if (step.done) limiter.end();
        else limiter.put(step.value);
      }),
      takeWhile(({ done }) => !done),
      ignoreElements(),
    );
    const begun$ = defer(() => {
      limiter.run();
      return EMPTY;
    });
    return merge(limiter.result$, fed$, begun$).pipe(finalize(leave));
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
      leave().catch(() => undefined); // there is no subscriber left to tell
    },
  };
}
