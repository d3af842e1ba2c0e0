import { catchError, concatMap, EMPTY, ignoreElements, Observable, Subject, tap } from 'rxjs';

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
    return new Observable((subscriber) => {
      this.#queue.next(work$.pipe(tap(subscriber)));
    });
  }
}
