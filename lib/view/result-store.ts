import { catchError, map, type Observable, of, scan } from 'rxjs';
import type { Outside } from '../rx/clock.js';
import { type Store, storeOf } from './store.js';

/** Any Observable, as a page shows it. */
export interface ResultState<T> {
  /** The latest value; `undefined` before there is one. It stays where the stream ends. */
  readonly value: T | undefined;
  /** The failure of the stream, which is not subscribed to again. */
  readonly error: unknown;
  readonly status: 'loading' | 'resolved' | 'error';
}

const loading: ResultState<never> = { value: undefined, error: undefined, status: 'loading' };

/** The latest value of any Observable, and its error. */
export const resultStore = <T>(source$: Observable<T>, outside?: Outside): Store<ResultState<T>> =>
  storeOf<ResultState<T>, ResultState<T>>({
    source$: source$.pipe(
      map((value): Partial<ResultState<T>> => ({ value, status: 'resolved' })),
      catchError((error: unknown) => of<Partial<ResultState<T>>>({ error, status: 'error' })),
      scan((state: ResultState<T>, change) => ({ ...state, ...change }), loading),
    ),
    initial: loading,
    show: (state) => state,
    outside,
  });
