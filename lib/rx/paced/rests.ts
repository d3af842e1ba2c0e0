import { defer, type Observable, type SchedulerLike, switchMap, tap, timer } from 'rxjs';
import { steady } from '../clock.js';

/** How long work rests after its failures. */
export interface RestRules {
  readonly scheduler: SchedulerLike;
  /** Milliseconds after the `n`th failure in a row, counted from 1. */
  readonly restAfter: (n: number) => number;
  /** Milliseconds after a rest in which work must have begun, so that its failure is the next in a row. */
  readonly memory: number;
}

/** Work that rests after failures in a row, each kind by a key: a bare `retry()` would repeat it without a pause. */
export class Rests {
  readonly #rules: RestRules;
  readonly #now: () => number;
  readonly #failures = new Map<unknown, { readonly count: number; readonly until: number }>();

  constructor(rules: RestRules) {
    this.#rules = rules;
    this.#now = steady(rules.scheduler);
  }

  /** The work, which begins when the rest of its key is over: at once where there is none. */
  around<T>(key: unknown, work$: Observable<T>): Observable<T> {
    return defer(() => {
      const { scheduler } = this.#rules;
      const begun$ = defer(() => {
        const begun = this.#now();
        const error = (): void => {
          this.#fail(key, begun);
        };
        return work$.pipe(tap({ error }));
      });
      const ms = (this.#failures.get(key)?.until ?? 0) - this.#now();
      return ms > 0 ? timer(ms, scheduler).pipe(switchMap(() => begun$)) : begun$;
    });
  }

  /** Work that had begun before the rest did is no further failure: many may fail at once, for one reason. */
  #fail(key: unknown, begun: number): void {
    const { restAfter, memory } = this.#rules;
    const now = this.#now();
    const { count = 0, until = 0 } = this.#failures.get(key) ?? {};
    if (now < until) return;
    const next = begun - until <= memory ? count + 1 : 1;
    for (const [other, failure] of this.#failures)
      if (now - failure.until > memory) this.#failures.delete(other);
    this.#failures.set(key, { count: next, until: now + restAfter(next) });
  }
}
