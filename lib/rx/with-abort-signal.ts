import { defer, finalize, from, type Observable, type ObservableInput } from 'rxjs';

/** Work for each subscriber; its signal aborts as soon as nobody waits for more of it: at its end, or when the subscriber leaves. */
export const withAbortSignal = <T>(work: (signal: AbortSignal) => ObservableInput<T>): Observable<T> =>
  defer(() => {
    const given = new AbortController();
    return from(work(given.signal)).pipe(
      finalize(() => {
        given.abort();
      }),
    );
  });
