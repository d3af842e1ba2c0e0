import { Fifo } from '../../base/fifo.js';
import type { Outcome, Request } from '../calls/call.js';
import type { Failure } from '../calls/state.js';
import { Code, RelayError } from '../relay-error.js';

/** The answer about one item of a batch; `result` is `undefined` when the answer says nothing about it. */
export type BatchResult = { readonly result: unknown } | { readonly failure: Failure };

/** How items are put into requests. */
export interface BatchSettings<T> {
  /** Most items in one request. */
  readonly batchSize: number;
  /** Most requests in flight at once. */
  readonly concurrency: number;
  /** Says whether an item that waited is still to be requested. */
  readonly isDue: (item: T) => boolean;
  readonly requestFor: (batch: readonly T[]) => Request;
  readonly call: (request: Request, settle: (outcome: Outcome) => void) => void;
  readonly onResult: (item: T, result: BatchResult) => void;
  /** Called with a result that came after the request was given up. */
  readonly onLateResult?: (item: T, result: unknown) => void;
}

/**
 * Puts items into as few requests as possible: those that come while all requests are in flight share the next one. Splits
 * a batch that is refused, so that one bad item spoils nothing for the others.
 */
export class Batches<T> {
  readonly #settings: BatchSettings<T>;
  readonly #waiting = new Fifo<T>();
  readonly #halves = new Fifo<readonly T[]>();
  #batchSize: number;
  #inFlight = 0;
  #isCollecting = false;

  constructor(settings: BatchSettings<T>) {
    this.#settings = settings;
    this.#batchSize = settings.batchSize;
  }

  add(item: T): void {
    this.#waiting.push(item);
    this.#flush();
  }

  /** Sends what is added meanwhile together. */
  collect(adding: () => void): void {
    this.#isCollecting = true;
    adding();
    this.#isCollecting = false;
    this.#flush();
  }

  /** Drops the items that wait. */
  clear(): void {
    this.#waiting.drain();
    this.#halves.drain();
  }

  #flush(): void {
    const { concurrency, requestFor, call, onLateResult } = this.#settings;
    while (!this.#isCollecting && this.#inFlight < concurrency) {
      const batch = this.#next();
      if (batch.length === 0) return;
      this.#inFlight += 1;
      const request = {
        ...requestFor(batch),
        onLateAnswer: (result: unknown) => {
          const results = resultsIn(result, batch.length);
          batch.forEach((item, index) => onLateResult?.(item, results[index]));
        },
      };
      call(request, (outcome) => {
        this.#inFlight -= 1;
        this.#settle(batch, outcome);
        this.#flush();
      });
    }
  }

  #next(): readonly T[] {
    const { isDue } = this.#settings;
    while (this.#halves.length > 0) {
      const half = (this.#halves.shift() ?? []).filter(isDue);
      if (half.length > 0) return half;
    }
    const batch: T[] = [];
    while (batch.length < this.#batchSize && this.#waiting.length > 0) {
      const item = this.#waiting.shift() as T; // there is one
      if (isDue(item)) batch.push(item);
    }
    return batch;
  }

  #settle(batch: readonly T[], outcome: Outcome): void {
    const { onResult } = this.#settings;
    if (outcome.type === 'answered') {
      const results = resultsIn(outcome.result, batch.length);
      batch.forEach((item, index) => {
        onResult(item, { result: results[index] });
      });
    } else if (outcome.type === 'failed') {
      const { failure } = outcome;
      if (batch.length > 1 && isSplittable(failure)) this.#split(batch, failure);
      else for (const item of batch) onResult(item, { failure });
    }
  }

  #split(batch: readonly T[], { cause }: Failure): void {
    const middle = Math.ceil(batch.length / 2);
    if (cause instanceof RelayError && cause.code === Code.frameTooLarge) this.#batchSize = middle; // the connection went with it: the next one begins with these
    this.#halves.push(batch.slice(0, middle));
    this.#halves.push(batch.slice(middle));
  }
}

/** Gives the results of `count` items; none when several items were answered with one value. */
function resultsIn(result: unknown, count: number): readonly unknown[] {
  if (count === 1) return [result];
  return Array.isArray(result) ? result : [];
}

/** Says whether one item may be to blame: a silent or busy relay is about all of them. */
const isSplittable = ({ reason, cause }: Failure): boolean =>
  reason === 'rejected' && !(cause instanceof RelayError && cause.code === Code.tooManyRequests);
