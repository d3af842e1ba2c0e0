import { Observable } from 'rxjs';

/**
 * The same values without access to their Subject, neither directly nor by the property `source`. In RxJS 7
 * `subject.pipe(…)` is a Subject itself, so it must not be handed out as it is.
 */
export const readOnly = <T>(source: Observable<T>): Observable<T> =>
  new Observable((subscriber) => source.subscribe(subscriber));
