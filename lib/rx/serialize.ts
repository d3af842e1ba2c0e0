import { type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { Fifo } from '../base/fifo.js';

/**
 * Delays values that arrive while another one is being delivered until after that one; the end too. Without it a reducer fed
 * from its own output would show later subscribers the new state before the old one.
 */
export function serialize<T>(): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable((subscriber) => {
      const waiting = new Fifo<T>();
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
