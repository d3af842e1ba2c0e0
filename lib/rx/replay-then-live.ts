import { type MonoTypeOperatorFunction, Observable } from 'rxjs';

/**
 * Emits all of `first$`, then what the source emitted meanwhile, and then the source as it comes. The source is
 * subscribed to first, so that nothing of it is missed; both are left when the subscriber leaves.
 */
export function replayThenLive<T>(first$: Observable<T>): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      let held: T[] | undefined = [];
      let ended = false;
      subscriber.add(
        source.subscribe({
          next: (value) => {
            if (held) held.push(value);
            else subscriber.next(value);
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
          complete: () => {
            ended = true;
            if (!held) subscriber.complete();
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
            const waiting = held ?? [];
            for (let at = 0; at < waiting.length && !subscriber.closed; at += 1)
              subscriber.next(waiting[at] as T); // some may come meanwhile
            held = undefined;
            if (ended) subscriber.complete();
          },
        }),
      );
    });
}
