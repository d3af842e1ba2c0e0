import { defer, map, type Observable, throwError } from 'rxjs';
import { parseKey } from './credentials.js';
import { unexpectedResponse } from '../rest/errors.js';
import { flag, isObject, type Validators } from '../../options/validators.js';
import { check, invalid } from '../check-options.js';
import { ErrorInfo, type WireError } from '../wire/error-info.js';
import { authorizedRequest } from './authorized-request.js';
import type { AuthDependencies } from './request-token.js';
import type { Tokens } from './tokens.js';

/** TRT1: which tokens to revoke. */
export interface RevocationTarget {
  /** `clientId`, `revocationKey`, `channel`, or what else the server knows. */
  readonly type: string;
  readonly value: string;
}

/** RSA17e, RSA17f */
export interface RevocationOptions {
  /** Milliseconds since the epoch: only tokens issued before are revoked; by default all of until now. */
  readonly issuedBefore?: number | Date;
  /** Whether connections are given 30 seconds to come with another token, instead of being cut off at once. */
  readonly allowReauthMargin?: boolean;
}

/** TRS1, TRF1: what became of one target. */
export type RevocationResult =
  | { readonly target: string; readonly issuedBefore: number; readonly appliesAt: number }
  | { readonly target: string; readonly error: ErrorInfo };

/** BAR1: what became of a batch. */
export interface BatchResult<T> {
  readonly successCount: number;
  readonly failureCount: number;
  readonly results: readonly T[];
}

/** RSA17: emits what became of each target. Errors with 40162 where tokens are used (RSA17d). */
export const revokeTokens = (
  given: RevocationTarget | readonly RevocationTarget[],
  options: RevocationOptions,
  { settings, ask, tokens }: AuthDependencies & { readonly tokens: Tokens },
): Observable<BatchResult<RevocationResult>> =>
  defer(() => {
    const { key } = tokens.wish.options;
    if (tokens.usesTokens || key == null) return throwError(() => needsKey());
    const targets = targetsOf(given);
    check(options, kinds);
    const { issuedBefore, allowReauthMargin } = options;
    return authorizedRequest(
      ask,
      tokens,
      settings.clientId,
    )({
      method: 'POST',
      path: `/keys/${encodeURIComponent(parseKey(key).name)}/revokeTokens`, // RSA17g
      body: {
        targets: targets.map(({ type, value }) => `${type}:${value}`), // RSA17b
        ...(issuedBefore != null && { issuedBefore: Number(issuedBefore) }),
        ...(allowReauthMargin != null && { allowReauthMargin }),
      },
    });
  }).pipe(map(({ content }) => batchResultOf(content)));

const isTarget = (target: unknown): boolean =>
  isObject(target) && [target['type'], target['value']].every((word) => typeof word === 'string');
const kinds: Validators<keyof RevocationOptions> = {
  issuedBefore: [(time) => Number.isFinite(Number(time)), 'a time'],
  allowReauthMargin: flag,
};

/** What is revoked by mistake cannot be given back. */
function targetsOf(given: RevocationTarget | readonly RevocationTarget[]): readonly RevocationTarget[] {
  const targets = [given].flat();
  if (targets.length > 0 && targets.every(isTarget)) return targets;
  throw invalid('targets', 'of the form { type, value }, or several of that');
}

const needsKey = (): ErrorInfo =>
  new ErrorInfo(
    'Tokens are revoked by a client that uses a key, and this one uses tokens. Make one with "key".',
    {
      code: 40162,
    },
  );

type WireResult = RevocationResult & { readonly error?: WireError };

/** RSA17c */
function batchResultOf(answer: unknown): BatchResult<RevocationResult> {
  if (!isBatchResult(answer)) throw unexpectedResponse('result of a revocation');
  const { successCount, failureCount, results } = answer;
  return {
    successCount,
    failureCount,
    results: results.map((result) =>
      result.error ? { target: result.target, error: ErrorInfo.from(result.error) } : result,
    ),
  };
}

const isBatchResult = (answer: unknown): answer is BatchResult<WireResult> =>
  isObject(answer) &&
  [answer['successCount'], answer['failureCount']].every((count) => typeof count === 'number') &&
  Array.isArray(answer['results']) &&
  answer['results'].every(isObject);
