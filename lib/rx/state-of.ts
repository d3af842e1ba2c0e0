import { distinctUntilChanged, map, type Observable } from 'rxjs';
import { readOnly } from './read-only.js';

/** A public stream of `select(state)`: emits the current value on subscription, then each different one. */
export const stateOf = <S, T>(state$: Observable<S>, select: (state: S) => T): Observable<T> =>
  readOnly(state$).pipe(map(select), distinctUntilChanged());
