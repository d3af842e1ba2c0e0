import { Observable, share, timer } from 'rxjs';

/**
 * The frames of the page, for a list that is to change at most once in each. The next one is asked for before this one is
 * told of, and goes on being asked for a while: a framework that asks for a frame when it hears of a change so comes after
 * the change of that frame, and renders both at once.
 */
export const frames$ = new Observable<void>((subscriber) => {
  let asked = 0;
  const ask = (): void => {
    asked = requestAnimationFrame(() => {
      ask();
      subscriber.next();
    });
  };
  ask();
  return () => cancelAnimationFrame(asked);
}).pipe(share({ resetOnRefCountZero: () => timer(200) }));
