import type { Observable } from 'rxjs';
import type { Join } from './serialize.js';

/** Work that lasts as long as a state has the same key; made by `during`. */
export interface During<S, T> {
  readonly select: (state: S) => object | undefined;
  readonly work: (key: never) => Observable<T>;
}

/**
 * Has `work(key)` subscribed to while `select` returns the same key, and unsubscribed when it returns another one or
 * `undefined`. The key is the very object waited for, never a boolean: a new wait is a new object.
 */
export const during = <S, K extends object, T>(
  select: (state: S) => K | undefined,
  work: (key: K) => Observable<T>,
): During<S, T> => ({ select, work });

/** Joins the works of a state, from index `first` on; to be called with each state. */
export function worksOf<S, T>(
  all: readonly During<S, T>[],
  { join, first, take }: { readonly join: Join; readonly first: number; readonly take: (value: T) => void },
): (state: S) => void {
  const keys: (object | undefined)[] = [];
  return (state) => {
    for (const [index, { select, work }] of all.entries()) {
      const key = select(state);
      if (key === keys[index]) continue;
      keys[index] = key;
      join(first + index, key && work(key as never), take); // its own key
    }
  };
}
