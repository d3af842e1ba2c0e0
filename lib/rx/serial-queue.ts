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

/** Runs Observables one after the other, in the order in which they were queued. */
export class SerialQueue {
  readonly #queue = new Subject<Observable<unknown>>();
  /** Runs the queue while its owner is subscribed, once. Never emits, never ends. */
  readonly run$: Observable<never> = this.#queue.pipe(
    concatMap((work$) => work$.pipe(catchError(() => EMPTY))), // the subscriber of `enqueue` gets the error
    ignoreElements(),
  );

  /** Queues `work$` on each subscription, and emits its values and its end. Unsubscribing does not cancel it. */
  enqueue<T>(work$: Observable<T>): Observable<T> {
    return defer(() => {
      const result = new ReplaySubject<T>(Infinity);
      const toResult = tap<T>({
        next: (value) => {
          result.next(value);
        },
        error: (error: unknown) => {
          result.error(error);
        },
        complete: () => {
          result.complete();
        },
      }); // not `tap(result)`: a Subject given to `tap` is subscribed to as well
      this.#queue.next(work$.pipe(toResult));
      return result;
    });
  }
}
