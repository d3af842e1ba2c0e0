import {
  EMPTY,
  from,
  ignoreElements,
  merge,
  mergeMap,
  type Observable,
  type ObservableInput,
  type SchedulerLike,
  Subject,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import { Fifo } from '../../base/fifo.js';

/** How work is let through. */
export interface LimiterOptions<T, R> {
  /** How much of it may be under way at once. */
  readonly concurrency: number;
  /** Whether nothing more may begin for now; asked again whenever work is done, and every `lookAgain` ms. */
  readonly isCongested: () => boolean;
  readonly lookAgain: number;
  readonly scheduler: SchedulerLike;
  readonly work: (value: T) => ObservableInput<R>;
}

/** Where the values come from. */
export interface Source<T> {
  /** Called when one could begin and none waits, once until there is one: that one is `put`, at once or later. */
  readonly ask?: () => void;
  /** Called with what has to wait, when all has begun that may. May throw, which ends the work. */
  readonly keep?: (waiting: Fifo<T>) => void;
}

/** Lets values to their work one after the other, so many at once, and none while there is congestion. */
export class Limiter<T, R> {
  readonly #gate: LimiterOptions<T, R>;
  readonly #supply: Source<T>;
  readonly #waiting = new Fifo<T>();
  readonly #begun = new Subject<T>();
  readonly #held = new Subject<boolean>();
  #underWay = 0;
  #ended = false;
  #asked = false;
  #busy = false;
  #isHeld = false;

  constructor(gate: LimiterOptions<T, R>, supply: Source<T>) {
    this.#gate = gate;
    this.#supply = supply;
  }

  /** Does the work; for one subscriber. Errors when a piece of work does; completes after the last one, once ended. */
  get result$(): Observable<R> {
    const { work, lookAgain, scheduler } = this.#gate;
    const done = tap<R>({ complete: () => this.#finished() });
    const result$ = this.#begun.pipe(mergeMap((value) => from(work(value)).pipe(done)));
    const looked$ = this.#held.pipe(
      switchMap((isHeld) => (isHeld ? timer(lookAgain, scheduler) : EMPTY)),
      tap(() => {
        this.#isHeld = false;
        this.run();
      }),
      ignoreElements(),
    );
    return merge(result$, looked$);
  }

  /** One more value; what is put while another one begins waits for that. */
  put(value: T): void {
    this.#asked = false;
    this.#waiting.push(value);
    this.run();
  }

  /** No more values. */
  end(): void {
    this.#ended = true;
    this.run();
  }

  /** Lets begin what may. */
  run(): void {
    if (this.#busy) return;
    this.#busy = true;
    while (this.#underWay < this.#gate.concurrency && this.#hasNext()) {
      this.#underWay += 1;
      this.#begun.next(this.#waiting.shift() as T); // there is one
    }
    this.#supply.keep?.(this.#waiting);
    this.#busy = false;
    if (this.#ended && this.#waiting.length === 0) this.#close();
  }

  /** Whether a value is there that may begin. */
  #hasNext(): boolean {
    const { ask } = this.#supply;
    const mayCome = ask && !this.#asked && !this.#ended;
    if (this.#waiting.length === 0 && !mayCome) return false;
    if (this.#gate.isCongested()) {
      this.#hold();
      return false;
    }
    if (this.#waiting.length === 0) {
      this.#asked = true;
      ask?.();
    }
    return this.#waiting.length > 0;
  }

  #hold(): void {
    if (this.#isHeld) return;
    this.#isHeld = true;
    this.#held.next(true);
  }

  #finished(): void {
    this.#underWay -= 1;
    this.run();
  }

  #close(): void {
    this.#held.next(false);
    this.#held.complete();
    this.#begun.complete();
  }
}
