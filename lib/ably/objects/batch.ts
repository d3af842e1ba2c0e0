import { ignoreRejection } from '../../base/ignore-rejection.js';
import { isThenable } from '../../base/is-thenable.js';
import { ErrorInfo } from '../wire/error-info.js';
import { type Change, Changeable, changePlan } from './change.js';
import { findAt, pathOfText, textOfPath } from './find.js';
import type { At, Child, KeyOf, LiveValue } from './live-values.js';
import type { Pool } from './state/pool.js';
import type { Path } from './state/references.js';
import { textOf } from './wire/blueprint.js';
import type { Plan } from './write.js';

/** RTPO1: a place among the objects, in a batch; what it says after the batch throws 40000. */
export class Batch<T = LiveValue> extends Changeable<T, void> {
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
    return new Batch(this.#pool, [...this.#path, textOf(key)], this.#plans);
  }

  toJSON(): object {
    return { path: textOfPath(this.#path) };
  }

  /** @internal All that `change` says, in its order; nothing can be added afterwards. Throws 40000 where it is asynchronous. */
  plans(change: (tx: this) => unknown): readonly Plan[] {
    try {
      const returned = change(this);
      if (isThenable(returned)) {
        void ignoreRejection(Promise.resolve(returned)); // it meets the end of the batch
        throw new ErrorInfo(
          'The function of a batch cannot return a promise. Await what it needs, then call batch().',
          { code: 40000 },
        );
      }
    } finally {
      Object.freeze(this.#plans);
    }
    return this.#plans;
  }

  /** @internal */
  protected change(change: Change): void {
    const [pool, path] = [this.#pool, this.#path];
    if (Object.isFrozen(this.#plans))
      throw new ErrorInfo('This batch is over: its function has returned.', { code: 40000 });
    this.#plans.push(changePlan(change, { found: findAt(pool, path), where: textOfPath(path), pool }));
  }
}
