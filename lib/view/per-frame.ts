import { audit, type MonoTypeOperatorFunction, Observable } from 'rxjs';
import { pageClock } from './page-clock.js';

/** Milliseconds after which a page that is not painted moves on all the same; the length of a frame where nothing is painted. */
const [unpainted, frame] = [250, 16] as const;

interface Painting {
  readonly requestAnimationFrame?: (paint: () => void) => number;
  readonly cancelAnimationFrame?: (request: number) => void;
}

/** Emits with the next frame of the page, or a little later where it is hidden; by a timer where nothing is painted. */
const nextFrame$ = new Observable<void>((subscriber) => {
  const { requestAnimationFrame, cancelAnimationFrame } = globalThis as Painting; // read each time: tests put clocks in their place
  const go = (): void => {
    subscriber.next();
  };
  const timer = pageClock.schedule(go, requestAnimationFrame ? unpainted : frame);
  const request = requestAnimationFrame?.(go);
  return () => {
    timer.unsubscribe();
    if (request !== undefined) cancelAnimationFrame?.(request);
  };
});

/**
 * Emits the latest value of each frame, at its end, however many there were: what a page shows need not move more often than
 * it is painted. Emits what is left before it completes; an error comes at once.
 */
export const perFrame = <T>(): MonoTypeOperatorFunction<T> => audit<T>(() => nextFrame$);
