import { expect } from 'chai';
import { ErrorInfo } from '../../lib/ably/wire/error-info.js';

/** What a deed throws; fails where it throws nothing. */
export function thrownBy(deed: () => unknown): unknown {
  try {
    deed();
  } catch (error) {
    return error;
  }
  return expect.fail('nothing was thrown');
}

/** What a promise is rejected with; fails where it is kept, and does not repeat what it was kept with. */
export const rejectionOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('the promise was kept'),
    (error: unknown) => error,
  );

/** What an ErrorInfo says to programs; anything else as it is. */
export const codesOf = (error: unknown): unknown =>
  error instanceof ErrorInfo ? { code: error.code, statusCode: error.statusCode } : error;
