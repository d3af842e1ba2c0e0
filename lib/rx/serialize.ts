import { type MonoTypeOperatorFunction, Observable } from 'rxjs';

/**
 * Delivers what arrives while a value is being delivered after that value, never inside it; so too the end.
 * Without this a reducer that is fed from its own output shows later subscribers the new state before the old one.
 */
export function serialize<T>(): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      const waiting: T[] = [];
      let busy = false;
      let end: (() => void) | undefined;
      const finish = (how: () => void): void => {
        if (busy) end = how;
        else how();
      };
      return source.subscribe({
        next: (value) => {
          if (busy) {
            waiting.push(value);
            return;
          }
          busy = true;
          subscriber.next(value);
          while (waiting.length > 0 && !subscriber.closed) subscriber.next(waiting.shift() as T);
          busy = false;
          end?.();
        },
        error: (error: unknown) => {
          finish(() => {
            subscriber.error(error);
          });
        },
        complete: () => {
          finish(() => {
            subscriber.complete();
          });
        },
      });
    });
}
