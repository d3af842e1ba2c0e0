import { distinctUntilChanged, map, type Observable } from 'rxjs';
import { readOnly } from './read-only.js';

/** What `select` sees in a state, as a public stream: the current value at once, then each other one. */
export const stateOf = <S, T>(state$: Observable<S>, select: (state: S) => T): Observable<T> =>
  readOnly(state$).pipe(map(select), distinctUntilChanged());
