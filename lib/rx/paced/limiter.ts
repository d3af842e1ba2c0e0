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

/** Limits of the work that runs at once, and the work itself. */
export interface LimiterOptions<T, R> {
  /** Number of pieces of work that may run at once. */
  readonly concurrency: number;
  /** Whether no work may start for now; checked again whenever a piece of work ends, and every `lookAgain` ms. */
  readonly isCongested: () => boolean;
  /** Milliseconds between two checks while congested. */
  readonly lookAgain: number;
  readonly scheduler: SchedulerLike;
  readonly work: (value: T) => ObservableInput<R>;
}

/** Callbacks of a limiter to the source of its values. */
export interface Source<T> {
  /** Called when work could start and no value waits, once until one is `put`, which may be at once or later. */
  readonly ask?: () => void;
  /** Called with the values that have to wait, once all work that may start has. An error that it throws ends the work. */
  readonly keep?: (waiting: Fifo<T>) => void;
}

/** Runs `work` for each value in order, at most `concurrency` at a time, and starts nothing while `isCongested()`. */
export class Limiter<T, R> {
  readonly #options: LimiterOptions<T, R>;
  readonly #source: Source<T>;
  readonly #waiting = new Fifo<T>();
  readonly #started = new Subject<T>();
  readonly #paused = new Subject<boolean>();
  #running = 0;
  #ended = false;
  #isPulling = false;
  #starting = false;
  #isPaused = false;

  constructor(options: LimiterOptions<T, R>, source: Source<T>) {
    this.#options = options;
    this.#source = source;
  }

  /** Runs the work while subscribed, once. Emits its results; errors when a piece of work does; completes after the last one, once ended. */
  get result$(): Observable<R> {
    const { work, lookAgain, scheduler } = this.#options;
    const done = tap<R>({ complete: () => this.#finished() });
    const result$ = this.#started.pipe(mergeMap((value) => from(work(value)).pipe(done)));
    const checked$ = this.#paused.pipe(
      switchMap((isPaused) => (isPaused ? timer(lookAgain, scheduler) : EMPTY)),
      tap(() => {
        this.#isPaused = false;
        this.run();
      }),
      ignoreElements(),
    );
    return merge(result$, checked$);
  }

  /** Adds a value; one added while another one is starting waits for that. */
  put(value: T): void {
    this.#isPulling = false;
    this.#waiting.push(value);
    this.run();
  }

  /** Declares that no more values will come. */
  end(): void {
    this.#ended = true;
    this.run();
  }

  /** Starts all work that may start. */
  run(): void {
    if (this.#starting) return;
    this.#starting = true;
    while (this.#running < this.#options.concurrency && this.#hasNext()) {
      this.#running += 1;
      this.#started.next(this.#waiting.shift() as T); // there is one
    }
    this.#source.keep?.(this.#waiting);
    this.#starting = false;
    if (this.#ended && this.#waiting.length === 0) this.#close();
  }

  /** Whether there is a value whose work may start. */
  #hasNext(): boolean {
    const { ask } = this.#source;
    const mayCome = ask && !this.#isPulling && !this.#ended;
    if (this.#waiting.length === 0 && !mayCome) return false;
    if (this.#options.isCongested()) {
      this.#pause();
      return false;
    }
    if (this.#waiting.length === 0) {
      this.#isPulling = true;
      ask?.();
    }
    return this.#waiting.length > 0;
  }

  #pause(): void {
    if (this.#isPaused) return;
    this.#isPaused = true;
    this.#paused.next(true);
  }

  #finished(): void {
    this.#running -= 1;
    this.run();
  }

  #close(): void {
    this.#paused.next(false);
    this.#paused.complete();
    this.#started.complete();
  }
}
