import { type Observable, Subject, takeUntil } from 'rxjs';
import { type OverflowLimits, dropOverflow } from '../../base/overflow.js';
import { Fifo } from '../../base/fifo.js';

interface Limits<T> extends OverflowLimits<T> {
  /** Ends every iteration at once: the next `next()` rejects with its reason. */
  readonly signal: AbortSignal | undefined;
}

/** A call of `next()` made before there was a value. */
interface Pending<T> {
  readonly resolve: (result: IteratorResult<T, undefined>) => void;
  readonly reject: (reason: unknown) => void;
}

/** End of an iteration. */
type End = { readonly how: 'done' } | { readonly how: 'failed'; readonly reason: unknown };

const done = { done: true, value: undefined } as const;

/**
 * An Observable for `for await`. Each iteration subscribes at its first `next()`, and unsubscribes as soon as it is left or
 * the signal is aborted. Values that come between two calls of `next()` wait, within `limits`. The end of the source, its
 * error, or that of too many values comes after the values that wait; an aborted signal ends at once. Calls made together
 * are answered in order.
 */
export const toAsyncIterable = <T>(source$: Observable<T>, limits: Limits<T>): AsyncIterable<T> => ({
  [Symbol.asyncIterator]: () => new Iteration(source$, limits),
});

/** One iteration, which owns one subscription. */
class Iteration<T> implements AsyncIterator<T> {
  readonly #source$: Observable<T>;
  readonly #limits: Limits<T>;
  readonly #left = new Subject<void>();
  readonly #values = new Fifo<T>();
  readonly #pending = new Fifo<Pending<T>>();
  #begun = false;
  #end: End | undefined;

  constructor(source$: Observable<T>, limits: Limits<T>) {
    this.#source$ = source$;
    this.#limits = limits;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.#pending.push({ resolve, reject });
      this.#begin();
      this.#answer();
    });
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#leave({ how: 'done' });
    return Promise.resolve(done);
  }

  throw(reason: Error): Promise<IteratorResult<T, undefined>> {
    this.#leave({ how: 'done' });
    return Promise.reject(reason);
  }

  #begin(): void {
    if (this.#begun || this.#end) return;
    this.#begun = true;
    const { signal } = this.#limits;
    if (signal?.aborted) {
      this.#aborted();
      return;
    }
    signal?.addEventListener('abort', this.#aborted);
    this.#source$.pipe(takeUntil(this.#left)).subscribe({
      next: (value) => {
        this.#take(value);
      },
      error: (reason: unknown) => {
        this.#over({ how: 'failed', reason });
      },
      complete: () => {
        this.#over({ how: 'done' });
      },
    });
  }

  #take(value: T): void {
    this.#values.push(value);
    this.#answer();
    try {
      dropOverflow(this.#limits, this.#values);
    } catch (reason) {
      this.#over({ how: 'failed', reason });
    }
  }

  readonly #aborted = (): void => {
    this.#leave({ how: 'failed', reason: this.#limits.signal?.reason });
  };

  /** Ends at once: drops the values that wait. */
  #leave(end: End): void {
    this.#values.drain();
    this.#end = undefined;
    this.#over(end);
    this.#ignoreSignal();
  }

  /** Ends after the values that wait. */
  #over(end: End): void {
    if (this.#end) return;
    this.#end = end;
    this.#left.next();
    this.#answer();
  }

  /** Answers pending calls as far as there are values; after the end, all of them. */
  #answer(): void {
    while (this.#pending.length > 0 && this.#values.length > 0)
      this.#pending.shift()?.resolve({ done: false, value: this.#values.shift() as T }); // there is one
    if (this.#pending.length === 0 || this.#end === undefined) return;
    this.#ignoreSignal();
    if (this.#end.how === 'failed') this.#pending.shift()?.reject(this.#end.reason);
    this.#end = { how: 'done' }; // a failure rejects one call
    for (const { resolve } of this.#pending.drain()) resolve(done);
  }

  #ignoreSignal(): void {
    this.#limits.signal?.removeEventListener('abort', this.#aborted);
  }
}
