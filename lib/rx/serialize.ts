import type { Observable, Subscriber, Subscription } from 'rxjs';

/** Subscribes to a source in place of the one at this index, or to none; its values are taken in turn. */
export type Join = <T>(at: number, source$: Observable<T> | undefined, take: (value: T) => void) => void;

/**
 * Takes values of several sources one at a time, for a subscriber: one that arrives while another is taken, or while
 * `begin` joins the sources, waits until after that; the end too. Without it a reducer fed from its own output would show
 * later subscribers the new state before the old one. Completes the subscriber when every source has completed; errors it
 * with the error of a source, or with what `take` throws. One subscription for each source is all that it needs.
 */
export function serialize(subscriber: Subscriber<never>, begin: (join: Join) => void): void {
  const sources: (Subscription | undefined)[] = [];
  const waiting: (() => void)[] = [];
  let [isBusy, running] = [false, 0];
  let failure: { readonly error: unknown } | undefined;
  const settle = (): void => {
    if (isBusy) return;
    if (failure) subscriber.error(failure.error);
    else if (running === 0) subscriber.complete();
  };
  const inTurn = <T>(take: (value: T) => void, value: T): void => {
    if (isBusy) {
      waiting.push(() => {
        take(value);
      });
      return;
    }
    isBusy = true;
    try {
      take(value);
      for (let at = 0; at < waiting.length && !subscriber.closed; at += 1) waiting[at]?.();
      waiting.length = 0;
    } catch (error) {
      failure = { error };
    }
    isBusy = false;
    settle();
  };
  const error = (reason: unknown): void => {
    failure ??= { error: reason };
    settle();
  };
  const complete = (): void => {
    running -= 1;
    settle();
  };
  inTurn(begin, (at, source$, take) => {
    const before = sources[at];
    if (before?.closed === false) {
      before.unsubscribe();
      running -= 1;
    }
    sources[at] = undefined;
    if (!source$ || subscriber.closed) return;
    running += 1;
    const next = (value: Parameters<typeof take>[0]): void => {
      inTurn(take, value);
    };
    const joined = source$.subscribe({ next, error, complete });
    sources[at] = joined;
    subscriber.add(joined);
  });
}
