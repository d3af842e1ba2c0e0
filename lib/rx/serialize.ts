import { type MonoTypeOperatorFunction, Observable } from 'rxjs';

/**
 * Delivers a value that arrives while another is being delivered after that one, never inside it.
 * Without this a reducer that is fed from its own output shows later subscribers the new state before the old one.
 */
export function serialize<T>(): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      const waiting: T[] = [];
      let busy = false;
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
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          subscriber.complete();
        },
      });
    });
}
