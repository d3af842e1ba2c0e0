import { Described } from '../../base/described.js';
import { isThenable } from '../../base/is-thenable.js';
import { ErrorInfo } from '../wire/error-info.js';
import { type Change, changePlan } from './change.js';
import { findAt, pathOfText, textOfPath } from './find.js';
import type { LiveValue } from './live-values.js';
import { additionOf } from './object-view.js';
import type { Pool } from './state/pool.js';
import type { Path } from './state/references.js';
import type { At, Child, KeyOf } from './live-values.js';
import type { Plan } from './write.js';

/** RTPO1: a place among the objects, in a batch; what it says after the batch throws 40000. */
export class Batch<T = LiveValue> extends Described {
  /** Only a type, for functions of a batch to infer. */
  declare protected readonly content?: T;
  readonly #pool: Pool;
  readonly #path: Path;
  readonly #plans: Plan[];

  /** @internal Use `batch()`. */
  constructor(pool: Pool, path: Path, plans: Plan[]) {
    super();
    this.#pool = pool;
    this.#path = path;
    this.#plans = plans;
  }

  /** The place at a path below, as `at` of a PathObject. */
  at<P extends KeyOf<T> | (string & {})>(path: P): Batch<At<T, P>> {
    return new Batch(this.#pool, [...this.#path, ...pathOfText(path)], this.#plans);
  }

  /** The place at one key. */
  get<K extends KeyOf<T> | (string & {})>(key: K): Batch<Child<T, K>> {
    return new Batch(this.#pool, [...this.#path, key], this.#plans);
  }

  /** Sets a key. Throws 92005 and 92007 where no map is here; what is wrong with key and value rejects the whole batch. */
  set<K extends KeyOf<T>>(key: K, value: unknown extends T ? LiveValue : Child<T, K>): void {
    this.#add({ type: 'set', key, value });
  }

  /** Takes a key out. Throws as `set` does. */
  remove(key: KeyOf<T>): void {
    this.#add({ type: 'remove', key });
  }

  /** Adds to a counter, here or at a key. Throws 92005 and 92007 where no counter is. */
  increment(key: KeyOf<T>, amount?: number): void;
  increment(amount?: number): void;
  increment(first?: string | number, second?: number): void {
    this.#add(additionOf(1, first, second));
  }

  /** Takes from a counter, as `increment` adds. */
  decrement(key: KeyOf<T>, amount?: number): void;
  decrement(amount?: number): void;
  decrement(first?: string | number, second?: number): void {
    this.#add(additionOf(-1, first, second));
  }

  toJSON(): object {
    return { path: textOfPath(this.#path) };
  }

  /** @internal All that `change` says, in its order; nothing can be added afterwards. Throws 40000 where it is asynchronous. */
  plan(change: (tx: this) => unknown): Plan {
    const plans = this.#plans;
    try {
      const returned = change(this);
      if (isThenable(returned)) {
        returned.then(undefined, ignore); // it meets the end of the batch
        throw new ErrorInfo(
          'The function of a batch cannot return a promise. Await what it needs, then call batch().',
          { code: 40000 },
        );
      }
    } finally {
      Object.freeze(plans);
    }
    return {
      takesTime: plans.some(({ takesTime }) => takesTime),
      operations: (making) => plans.flatMap(({ operations }) => operations(making)),
    };
  }

  #add(change: Change): void {
    const [pool, path] = [this.#pool, this.#path];
    if (Object.isFrozen(this.#plans))
      throw new ErrorInfo('This batch is over: its function has returned.', {
        code: 40000,
      });
    this.#plans.push(changePlan(change, { found: findAt(pool, path), where: textOfPath(path), pool }));
  }
}

const ignore = (): void => undefined;
