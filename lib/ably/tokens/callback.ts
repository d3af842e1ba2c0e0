import {
  concat,
  defer,
  filter,
  finalize,
  from,
  isObservable,
  merge,
  NEVER,
  type Observable,
  of,
  ReplaySubject,
  take,
  throwIfEmpty,
} from 'rxjs';
import type { AuthCallback, TokenListener } from '../auth/auth-options.js';
import type { TokenParams } from '../auth/token.js';

/**
 * RSA8d: asks a user's callback; emits what it answered, whichever way it answers, and completes. Errors with whatever it
 * threw, rejected with, or called back with. Unsubscribing aborts the signal that it was given.
 */
export const asked = (callback: AuthCallback, params: TokenParams): Observable<unknown> =>
  defer(() => {
    const called = new ReplaySubject<unknown>(1);
    const given = new AbortController();
    const done: TokenListener = (error, answer) => {
      if (error !== undefined && error !== null) called.error(error);
      else called.next(answer);
      called.complete(); // the first answer counts
    };
    return merge(called, returned(callback(params, done, given.signal), callback.length > 1)).pipe(
      take(1),
      finalize(() => {
        given.abort();
      }),
    );
  });

/**
 * A function that returns nothing, or a promise of nothing as `async` ones do, calls back; so does one that may, and
 * returns what is no answer, such as a timer.
 */
function returned(value: unknown, mayCallBack: boolean): Observable<unknown> {
  if (value === undefined) return NEVER;
  if (isObservable(value))
    return value.pipe(
      throwIfEmpty(() => new TypeError('the authCallback gave an Observable without a value')),
    );
  if (typeof value !== 'object' || value === null) return of(value);
  if (!('then' in value)) return mayCallBack && !('token' in value || 'mac' in value) ? NEVER : of(value);
  if (value instanceof Promise) value.catch(() => undefined); // it may be rejected after the function has called back
  const resolved$ = from(value as PromiseLike<unknown>).pipe(filter((answer) => answer !== undefined));
  return concat(resolved$, NEVER);
}
