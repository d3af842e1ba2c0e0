import {
  catchError,
  concatMap,
  defer,
  EMPTY,
  ignoreElements,
  type Observable,
  ReplaySubject,
  Subject,
  tap,
} from 'rxjs';

/** Work that must not overlap, in the order in which it was asked for. */
export class SerialQueue {
  readonly #queue = new Subject<Observable<unknown>>();
  /** Does the work; whoever owns the turns subscribes once. Never emits, never ends. */
  readonly run$: Observable<never> = this.#queue.pipe(
    concatMap((work$) => work$.pipe(catchError(() => EMPTY))), // whoever asked for it is told of the error
    ignoreElements(),
  );

  /** Queues `work$` on each subscription, and tells what comes of it. Leaving does not take the work back. */
  enqueue<T>(work$: Observable<T>): Observable<T> {
    return defer(() => {
      const result = new ReplaySubject<T>(Infinity);
      const told = tap<T>({
        next: (value) => {
          result.next(value);
        },
        error: (error: unknown) => {
          result.error(error);
        },
        complete: () => {
          result.complete();
        },
      }); // a Subject as it is would be subscribed to as well
      this.#queue.next(work$.pipe(told));
      return result;
    });
  }
}
