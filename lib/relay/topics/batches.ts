import { Fifo } from '../../base/fifo.js';
import type { Outcome, Request } from '../calls/call.js';
import type { Failure } from '../calls/state.js';
import { Code, RelayError } from '../relay-error.js';

/** What came of one item of a batch; no result of its own is `undefined`. */
export type BatchResult = { readonly result: unknown } | { readonly failure: Failure };

/** What is asked of the relay for many items at once. */
export interface BatchSettings<T> {
  readonly most: number;
  /** How many requests may be under way at once. */
  readonly concurrency: number;
  /** Whether an item that waited is still to be asked for. */
  readonly isDue: (item: T) => boolean;
  readonly requestFor: (batch: readonly T[]) => Request;
  readonly ask: (request: Request, settle: (outcome: Outcome) => void) => void;
  readonly told: (item: T, told: BatchResult) => void;
  /** Told of a result that came after the request was given up. */
  readonly late?: (item: T, result: unknown) => void;
}

/**
 * Asks for items in as few requests as may be: what comes while all requests are under way shares the next one. A batch
 * that is refused is split, so that one bad item spoils nothing for the others.
 */
export class Batches<T> {
  readonly #settings: BatchSettings<T>;
  readonly #waiting = new Fifo<T>();
  readonly #halves = new Fifo<readonly T[]>();
  #underWay = 0;
  #held = false;

  constructor(settings: BatchSettings<T>) {
    this.#settings = settings;
  }

  add(item: T): void {
    this.#waiting.push(item);
    this.#flush();
  }

  /** Adds many together. */
  hold(adding: () => void): void {
    this.#held = true;
    adding();
    this.#held = false;
    this.#flush();
  }

  /** Forgets what waits. */
  clear(): void {
    this.#waiting.drain();
    this.#halves.drain();
  }

  #flush(): void {
    const { concurrency, requestFor, ask, late } = this.#settings;
    while (!this.#held && this.#underWay < concurrency) {
      const batch = this.#next();
      if (batch.length === 0) return;
      this.#underWay += 1;
      const request = {
        ...requestFor(batch),
        late: (result: unknown) => {
          const results = resultsIn(result, batch.length);
          batch.forEach((item, index) => late?.(item, results[index]));
        },
      };
      ask(request, (outcome) => {
        this.#underWay -= 1;
        this.#settled(batch, outcome);
        this.#flush();
      });
    }
  }

  #next(): readonly T[] {
    const { most, isDue } = this.#settings;
    while (this.#halves.length > 0) {
      const half = (this.#halves.shift() ?? []).filter(isDue);
      if (half.length > 0) return half;
    }
    const batch: T[] = [];
    while (batch.length < most && this.#waiting.length > 0) {
      const item = this.#waiting.shift() as T; // there is one
      if (isDue(item)) batch.push(item);
    }
    return batch;
  }

  #settled(batch: readonly T[], outcome: Outcome): void {
    const { told } = this.#settings;
    if (outcome.type === 'answered') {
      const results = resultsIn(outcome.result, batch.length);
      batch.forEach((item, index) => {
        told(item, { result: results[index] });
      });
    } else if (outcome.type === 'failed') {
      const { failure } = outcome;
      if (batch.length > 1 && isSplittable(failure)) this.#split(batch);
      else for (const item of batch) told(item, { failure });
    }
  }

  #split(batch: readonly T[]): void {
    const middle = Math.ceil(batch.length / 2);
    this.#halves.push(batch.slice(0, middle));
    this.#halves.push(batch.slice(middle));
  }
}

/** An answer's word on each of `count` items: `undefined` where it has none. One word for several is a word on none of them. */
function resultsIn(result: unknown, count: number): readonly unknown[] {
  if (count === 1) return [result];
  return Array.isArray(result) ? result : [];
}

/** A refusal may be about one item; no answer, or too many requests, is about all of them. */
const isSplittable = ({ reason, cause }: Failure): boolean =>
  reason === 'rejected' && !(cause instanceof RelayError && cause.code === Code.tooManyRequests);
