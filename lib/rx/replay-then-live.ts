import { isObservable, type MonoTypeOperatorFunction, NEVER, Observable, Subscription } from 'rxjs';

/**
 * Emits all of `first$`, then the values that the source emitted meanwhile, then the source live. Subscribes to the source
 * first, so that no value is missed. Where `holes$` emits before the source is live, all of that inner stream comes at its
 * place among the values; afterwards it is not heard. Completes with the source, at once, with whatever still waits left
 * out; errors when any of them does.
 */
export function replayThenLive<T>(
  first$: Observable<T>,
  holes$: Observable<Observable<T>> = NEVER,
): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      let waiting: (T | Observable<T>)[] | undefined = [];
      const reading = new Subscription();
      const error = (reason: unknown): void => {
        subscriber.error(reason);
      };
      const complete = (): void => {
        subscriber.complete();
      };
      const drain = (): void => {
        const delayed = waiting ?? [];
        let at = 0;
        for (; at < delayed.length && !subscriber.closed; at += 1) {
          const value$ = delayed[at] as T | Observable<T>; // some may be added meanwhile
          if (isObservable(value$)) {
            waiting = delayed.slice(at + 1);
            read(value$);
            return;
          }
          subscriber.next(value$);
        }
        waiting = undefined;
        reading.unsubscribe();
      };
      const read = (missed$: Observable<T>): void => {
        const next = (value: T): void => {
          subscriber.next(value);
        };
        reading.add(missed$.subscribe({ next, error, complete: drain }));
      };
      const next = (value: T): void => {
        if (waiting) waiting.push(value);
        else subscriber.next(value);
      };
      subscriber.add(reading);
      subscriber.add(source.subscribe({ next, error, complete }));
      reading.add(holes$.subscribe({ next: (missed$) => waiting?.push(missed$), error }));
      if (!subscriber.closed) read(first$);
    });
}
