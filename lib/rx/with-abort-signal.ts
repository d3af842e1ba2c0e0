import { defer, finalize, from, type Observable, type ObservableInput } from 'rxjs';

/** Subscribes to `work` with an AbortSignal of its own, which aborts when the stream ends or is unsubscribed from. */
export const withAbortSignal = <T>(work: (signal: AbortSignal) => ObservableInput<T>): Observable<T> =>
  defer(() => {
    const controller = new AbortController();
    return from(work(controller.signal)).pipe(
      finalize(() => {
        controller.abort();
      }),
    );
  });
