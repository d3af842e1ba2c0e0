import {
  concat,
  filter,
  from,
  isObservable,
  merge,
  NEVER,
  type Observable,
  type ObservableInput,
  of,
  ReplaySubject,
  switchMap,
  take,
  throwError,
  throwIfEmpty,
} from 'rxjs';
import { withAbortSignal } from '../../rx/with-abort-signal.js';
import type { AuthCallback, CallbackParams, TokenListener } from './auth-options.js';

/**
 * RSA8d: calls an `authCallback`, emits its answer, however it is given, and completes. Errors with the error that it
 * threw, rejected with, or called back with. Unsubscribing aborts its signal.
 */
export const callAuthCallback = (callback: AuthCallback, params: CallbackParams): Observable<unknown> =>
  withAbortSignal((signal) => {
    const called = new ReplaySubject<Observable<unknown>>(1);
    const done: TokenListener = (error, answer) => {
      called.next(error === undefined || error === null ? of(answer) : failing(error));
      called.complete(); // the first answer counts
    };
    const answer = (): unknown => {
      try {
        return callback(params, done, signal);
      } catch (thrown) {
        done(thrown); // no effect once it has called back
        return undefined;
      }
    };
    const returned$ = answerIn(answer(), callback.length > 1);
    return merge(called.pipe(switchMap((called$) => called$)), returned$).pipe(take(1));
  });

/**
 * Never emits for a function that returned nothing, or a promise of nothing as `async` ones do: it will call back. So
 * will one that has the parameter for it and returned something else, such as a timer.
 */
function answerIn(value: unknown, mayCallBack: boolean): Observable<unknown> {
  if (value === undefined) return NEVER;
  if (typeof value !== 'object' || value === null || 'token' in value || 'mac' in value) return of(value);
  if ('then' in value) return concat(answerOf(value as PromiseLike<unknown>), NEVER);
  if (isInput(value))
    return from(value).pipe(
      throwIfEmpty(
        () => new TypeError('the authCallback returned an Observable that completed without a value'),
      ),
    );
  return mayCallBack ? NEVER : of(value);
}

/** Ignores that a promise resolves with nothing, or rejects, after the function has called back. */
function answerOf(value: PromiseLike<unknown>): Observable<unknown> {
  const promise = Promise.resolve(value);
  promise.catch(() => undefined);
  return from(promise).pipe(filter((answer) => answer !== undefined));
}

const isInput = (value: object): value is ObservableInput<unknown> =>
  isObservable(value) ||
  (Symbol.iterator in value && !Array.isArray(value)) ||
  Symbol.asyncIterator in value ||
  Symbol.observable in value; // false where Symbol.observable is not defined

/** Errors with any value: users may throw more than errors. */
const failing = (thrown: unknown): Observable<never> => throwError(() => thrown);
