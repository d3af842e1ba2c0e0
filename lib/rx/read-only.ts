import { Observable } from 'rxjs';

/**
 * The same values, and no way back: neither a Subject nor, by `source`, a path to one. RxJS 7 pipes of a Subject are
 * Subjects themselves, so `subject.pipe(…)` may not be handed out as it is.
 */
export const readOnly = <T>(source: Observable<T>): Observable<T> =>
  new Observable((subscriber) => source.subscribe(subscriber));
