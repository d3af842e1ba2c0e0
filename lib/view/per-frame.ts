import {
  audit,
  type MonoTypeOperatorFunction,
  Observable,
  type ObservableInput,
  Subject,
  type Subscription,
} from 'rxjs';
import { pageClock } from './page-clock.js';

/** Milliseconds after which a page that is not painted moves on all the same. */
const unpainted = 1000;
/** Milliseconds of a frame where nothing is painted. */
const frame = 16;

interface Painting {
  readonly requestAnimationFrame?: (paint: () => void) => number;
  readonly cancelAnimationFrame?: (request: number) => void;
}

/** Calls once, with the next frame of the page, or a little later where it is hidden; by a timer where nothing is painted. */
function onNextFrame(call: () => void): Subscription {
  const { requestAnimationFrame, cancelAnimationFrame } = globalThis as Painting; // read each time: tests put clocks in their place
  const go = (): void => {
    asked.unsubscribe();
    call();
  };
  const asked = pageClock.schedule(go, requestAnimationFrame ? unpainted : frame);
  const request = requestAnimationFrame?.(go) as number;
  asked.add(() => cancelAnimationFrame?.(request));
  return asked;
}

/**
 * Emits the latest value of each frame, at its end, however many there were: what a page shows need not move more often than
 * it is painted. Emits what is left before it completes; an error comes at once, and so does each value for as long as
 * `isPaced` says no.
 *
 * Asks for the next frame before it tells of this one: a framework that renders in a frame of its own, asked for when it
 * heard of a change, so comes after the next change, and renders both at once.
 */
export const perFrame =
  <T>(isPaced: () => boolean): MonoTypeOperatorFunction<T> =>
  (source$) =>
    new Observable((subscriber) => {
      const frame$ = new Subject<void>();
      let isAsked = false;
      const ask = (): void => {
        isAsked = true;
        subscriber.add(
          onNextFrame(() => {
            isAsked = false;
            if (!frame$.observed) return;
            ask();
            frame$.next();
          }),
        );
      };
      const pace = (): ObservableInput<unknown> => {
        if (!isPaced()) return [undefined];
        if (!isAsked) ask();
        return frame$;
      };
      return source$.pipe(audit(pace)).subscribe(subscriber);
    });
