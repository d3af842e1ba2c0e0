import { type MonoTypeOperatorFunction, Observable } from 'rxjs';

/**
 * Emits all of `first$`, then the values that the source emitted meanwhile, then the source live. Subscribes to the source
 * first, so that no value is missed. Completes when both have; errors when either does.
 */
export function replayThenLive<T>(first$: Observable<T>): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      let buffered: T[] | undefined = [];
      let ended = false;
      subscriber.add(
        source.subscribe({
          next: (value) => {
            if (buffered) buffered.push(value);
            else subscriber.next(value);
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
          complete: () => {
            ended = true;
            if (!buffered) subscriber.complete();
          },
        }),
      );
      subscriber.add(
        first$.subscribe({
          next: (value) => {
            subscriber.next(value);
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
          complete: () => {
            const waiting = buffered ?? [];
            for (let at = 0; at < waiting.length && !subscriber.closed; at += 1)
              subscriber.next(waiting[at] as T); // some may be added meanwhile
            buffered = undefined;
            if (ended) subscriber.complete();
          },
        }),
      );
    });
}
