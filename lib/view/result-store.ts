import { catchError, EMPTY, map, type Observable } from 'rxjs';
import { type Patch, patched } from './messages-view.js';
import { type Store, storeOf } from './store.js';

/** Any Observable, as a page shows it. */
export interface ResultState<T> {
  /** The latest value; `undefined` before there is one. It stays where the stream ends. */
  readonly value: T | undefined;
  /** The failure of the stream, which is not subscribed to again. */
  readonly error: unknown;
  readonly status: 'loading' | 'resolved' | 'error';
}

/** The state before there is a value. */
export const loading: ResultState<never> = { value: undefined, error: undefined, status: 'loading' };

/** The latest value of any Observable, and its error. */
export const resultStore = <T>(source$: Observable<T> = EMPTY): Store<ResultState<T>> =>
  storeOf<ResultState<T>>(
    patched<ResultState<T>>(
      loading,
      source$.pipe(
        map((value): Patch<ResultState<T>> => (state) => ({ ...state, value, status: 'resolved' })),
        catchError((error: unknown): Patch<ResultState<T>>[] => [
          (state) => ({ ...state, error, status: 'error' }),
        ]),
      ),
    ),
    loading,
  );
