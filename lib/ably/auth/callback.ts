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
 * RSA8d: asks a user's callback; emits what it answered, whichever way it answers, and completes. Errors with whatever it
 * threw, rejected with, or called back with. Unsubscribing aborts the signal that it was given.
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
        done(thrown); // unless it has called back before
        return undefined;
      }
    };
    const returned$ = returned(answer(), callback.length > 1);
    return merge(called.pipe(switchMap((called$) => called$)), returned$).pipe(take(1));
  });

/**
 * A function that returns nothing, or a promise of nothing as `async` ones do, calls back; so does one that may, and
 * returns what is no answer, such as a timer.
 */
function returned(value: unknown, mayCallBack: boolean): Observable<unknown> {
  if (value === undefined) return NEVER;
  if (typeof value !== 'object' || value === null || 'token' in value || 'mac' in value) return of(value);
  if ('then' in value) return concat(resolved(value as PromiseLike<unknown>), NEVER);
  if (isInput(value))
    return from(value).pipe(
      throwIfEmpty(() => new TypeError('the authCallback gave an Observable without a value')),
    );
  return mayCallBack ? NEVER : of(value);
}

/** A promise may resolve with nothing, or be rejected, after the function has called back. */
function resolved(value: PromiseLike<unknown>): Observable<unknown> {
  const promise = Promise.resolve(value);
  promise.catch(() => undefined);
  return from(promise).pipe(filter((answer) => answer !== undefined));
}

const isInput = (value: object): value is ObservableInput<unknown> =>
  isObservable(value) ||
  (Symbol.iterator in value && !Array.isArray(value)) ||
  Symbol.asyncIterator in value ||
  Symbol.observable in value; // where nothing has defined it, no value has it

/** With whatever users have for an error. */
const failing = (thrown: unknown): Observable<never> => throwError(() => thrown);
