import { defer, map, type Observable, throwError } from 'rxjs';
import { flag, isObject, type Validators } from '../../options/validators.js';
import { unknownField } from '../../options/unknown-options.js';
import { check, invalid } from '../check-options.js';
import type { RequestFunction } from '../rest/request.js';
import { unexpectedResponse } from '../rest/errors.js';
import { ErrorInfo, type WireError } from '../wire/error-info.js';
import { type CredentialsSource, parseKey } from './credentials.js';

/** TRT1: selects the tokens to revoke. */
export interface RevocationTarget {
  /** `clientId`, `revocationKey`, `channel`, or another type that the server knows. */
  readonly type: string;
  readonly value: string;
}

/** RSA17e, RSA17f: options of `auth.revokeTokens()`. */
export interface RevocationOptions {
  /** Milliseconds since the epoch: revokes only tokens issued before; by default all issued until now. */
  readonly issuedBefore?: number | Date;
  /** Gives connections 30 seconds to present another token, instead of ending them at once. */
  readonly allowReauthMargin?: boolean;
}

/** TRS1, TRF1: the result for one target: the revocation, or why there was none. */
export type RevocationResult =
  | { readonly target: string; readonly issuedBefore: number; readonly appliesAt: number }
  | { readonly target: string; readonly error: ErrorInfo };

/** BAR1: the results of a batch request, and how many of each kind. */
export interface BatchResult<T> {
  readonly successCount: number;
  readonly failureCount: number;
  readonly results: readonly T[];
}

/** The credentials of the client that revokes, and its requests, which present them. */
export interface Revoker {
  readonly source: Pick<CredentialsSource, 'usesTokens'>;
  readonly key: string | undefined;
  readonly request: RequestFunction;
}

/** RSA17: emits the result for each target. Errors with 40162 where tokens are used (RSA17d). */
export const revokeTokens = (
  given: RevocationTarget | readonly RevocationTarget[],
  options: RevocationOptions,
  { source, key, request }: Revoker,
): Observable<BatchResult<RevocationResult>> =>
  defer(() => {
    if (source.usesTokens || key == null) return throwError(() => needsKey());
    const targets = targetsOf(given);
    check(options, validators);
    const unknown = unknownField(options, validators, 'the options of revokeTokens()'); // it cannot be taken back
    if (unknown !== undefined) throw new ErrorInfo(unknown, { code: 40000 });
    const { issuedBefore, allowReauthMargin } = options;
    return request({
      method: 'POST',
      path: `/keys/${encodeURIComponent(parseKey(key).name)}/revokeTokens`, // RSA17g
      body: {
        targets: targets.map(({ type, value }) => `${type}:${value}`), // RSA17b
        ...(issuedBefore != null && { issuedBefore: Number(issuedBefore) }),
        ...(allowReauthMargin != null && { allowReauthMargin }),
      },
    });
  }).pipe(
    map(({ content }) => {
      const result: BatchResult<object> = batchResultOf(content, () =>
        unexpectedResponse('result of a revocation', true),
      ); // RSA17c
      return result as BatchResult<RevocationResult>;
    }),
  );

const isTarget = (target: unknown): boolean =>
  isObject(target) && [target['type'], target['value']].every((word) => typeof word === 'string');
const validators: Validators<keyof RevocationOptions> = {
  issuedBefore: [(time) => Number.isFinite(Number(time)), 'a time'],
  allowReauthMargin: flag,
};

/** Checks strictly: a revocation cannot be taken back. */
function targetsOf(given: RevocationTarget | readonly RevocationTarget[]): readonly RevocationTarget[] {
  const targets = [given].flat();
  if (targets.length > 0 && targets.every(isTarget)) return targets;
  throw invalid('targets', 'of the form { type, value }, or an array of those');
}

const needsKey = (): ErrorInfo =>
  new ErrorInfo(
    'Tokens are revoked with a key, and this client uses tokens. Make another client with "key".',
    { code: 40162 },
  );

/** BAR2: a batch as it travels: a result has an error, or what `read` makes of it. Throws `unreadable` where it is none. */
export function batchResultOf<T extends object>(
  answer: unknown,
  unreadable: () => ErrorInfo,
  read: (result: Readonly<Record<string, unknown>>) => T = (result) => result as T, // the server's word
): BatchResult<T | (Readonly<Record<string, unknown>> & { readonly error: ErrorInfo })> {
  if (!isBatchResult(answer)) throw unreadable();
  const { successCount, failureCount, results } = answer;
  return {
    successCount,
    failureCount,
    results: results.map((result) =>
      result.error ? { ...result, error: ErrorInfo.from(result.error) } : read(result),
    ),
  };
}

const isBatchResult = (
  answer: unknown,
): answer is BatchResult<Readonly<Record<string, unknown>> & { readonly error?: WireError }> =>
  isObject(answer) &&
  [answer['successCount'], answer['failureCount']].every((count) => typeof count === 'number') &&
  Array.isArray(answer['results']) &&
  answer['results'].every(isObject);
