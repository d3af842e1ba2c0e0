import { ErrorInfo, wordsOf } from '../wire/error-info.js';
import { isStopRetrying } from './auth-options.js';

/** RSA4b: whether another token may help. */
export const isTokenError = ({ statusCode, code }: ErrorInfo): boolean =>
  statusCode === 401 && code >= 40140 && code < 40150;

/** RSA4a2 */
export const unrenewable = (cause?: ErrorInfo): ErrorInfo =>
  new ErrorInfo(
    `The client has no means to get another token${cause ? ` than the one that was rejected (${cause.code})` : ''}. Give it "key", "authUrl" or "authCallback", or a token by auth.authorize().`,
    { code: 40171, cause },
  );

/** RSA4e: a token was to be had and was not; what is no error of Ably's becomes 40170. */
export function failedToObtain(thrown: unknown): ErrorInfo {
  const known = asErrorInfo(thrown);
  if (known) return known;
  return new ErrorInfo(`No token could be obtained: ${wordsOf(thrown)}`, {
    code: 40170,
    cause: thrown,
  });
}

/** An ErrorInfo, or what another library's looks like. */
function asErrorInfo(thrown: unknown): ErrorInfo | undefined {
  if (thrown instanceof ErrorInfo) return thrown;
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined;
  const { statusCode, message } = thrown as { readonly statusCode: unknown; readonly message?: unknown };
  const code = 'code' in thrown ? thrown.code : undefined;
  if (typeof statusCode !== 'number') return undefined;
  return new ErrorInfo(typeof message === 'string' ? message : `The answer was ${statusCode}.`, {
    code: typeof code === 'number' ? code : 40170,
    statusCode,
    cause: thrown,
  });
}

/** RSA4c1, RSA4d, RSA15c: what not having got a token means to the connection. */
export function authenticationFailed(thrown: unknown): ErrorInfo {
  const cause = failedToObtain(thrown);
  if (cause.code === 40102 || cause.code === 40171) return cause;
  const isFinal = isStopRetrying(thrown) || cause.statusCode === 403;
  return new ErrorInfo(`The client could not authenticate. ${cause.message}`, {
    code: 80019,
    statusCode: isFinal ? 403 : 401,
    cause,
  });
}

/** RSA4d, RSA15c, RSA4a2: whether trying again is of no use. */
export const isForGood = ({ code, statusCode }: ErrorInfo): boolean =>
  statusCode === 403 || code === 40102 || code === 40171;

/** RSA15a */
export const incompatible = (own: string, claimed: string): ErrorInfo =>
  new ErrorInfo(
    `The option "clientId" is "${own}", but the token is for "${claimed}". Use the clientId that tokens are issued for.`,
    { code: 40102 },
  );
