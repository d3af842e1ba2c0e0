import { redact } from '../../base/redact.js';
import { ablyPageOf, ErrorInfo, wordsOf } from '../wire/error-info.js';
import { isStopRetrying } from './auth-options.js';
import type { ConnectionState } from '../../connection/state.js';

/** RSA4b: whether another token may help. */
export const isTokenError = ({ statusCode, code }: ErrorInfo): boolean =>
  statusCode === 401 && code >= 40140 && code < 40150;

/** RSA4a2 */
export const unrenewable = (cause?: ErrorInfo): ErrorInfo =>
  new ErrorInfo(
    `The client has no means to get another token${cause ? ` than the one that was rejected (${cause.code})` : ''}. Set "key", "authUrl" or "authCallback", or pass a token to auth.authorize().`,
    { code: 40171, cause },
  );

/** RSA4e: no token could be obtained; an error that is not Ably's becomes 40170, as does one of the network (80000). */
export function failedToObtain(thrown: unknown): ErrorInfo {
  const known = asErrorInfo(thrown);
  if (known && known.code !== 80000) return known;
  return new ErrorInfo(`No token could be obtained: ${redact(wordsOf(thrown))}`, {
    code: 40170,
    cause: thrown,
  });
}

/** An ErrorInfo, also of an error that looks like another library's. */
function asErrorInfo(thrown: unknown): ErrorInfo | undefined {
  if (thrown instanceof ErrorInfo) return thrown;
  if (typeof thrown !== 'object' || thrown === null || !('statusCode' in thrown)) return undefined;
  const { statusCode, message } = thrown as { readonly statusCode: unknown; readonly message?: unknown };
  const code = 'code' in thrown && typeof thrown.code === 'number' ? thrown.code : undefined;
  if (typeof statusCode !== 'number') return undefined;
  return new ErrorInfo(typeof message === 'string' ? redact(message) : `The answer was ${statusCode}.`, {
    code: code ?? 40170,
    statusCode,
    href: code === undefined ? undefined : ablyPageOf(code),
    cause: thrown,
  });
}

/** RSA4c1, RSA4d, RSA15c: the error of a connection for which no token could be obtained. */
export function authenticationFailed(thrown: unknown): ErrorInfo {
  const cause = failedToObtain(thrown);
  if (cause.code === 40102 || cause.code === 40171) return cause;
  const statusCode = isStopRetrying(thrown) || cause.statusCode === 403 ? 403 : 401;
  return new ErrorInfo(`The client could not authenticate. ${cause.message}`, {
    code: 80019,
    statusCode,
    cause,
  });
}

/** RSA4d, RSA15c, RSA4a2: whether another attempt would fail as well. */
export const isFinal = ({ code, statusCode }: ErrorInfo): boolean =>
  statusCode === 403 || code === 40102 || code === 40171;

/** RSA15a */
export const incompatible = (own: string, claimed: string): ErrorInfo =>
  new ErrorInfo(
    `The option "clientId" is "${own}", but the token is for "${claimed}". Use the clientId that tokens are issued for.`,
    { code: 40102 },
  );

/** RTC8b1: the connection ended, or was suspended, before the server had accepted a token. */
export function unsettled(connection: ConnectionState): ErrorInfo {
  const error =
    'error' in connection ? connection.error : 'outage' in connection ? connection.outage?.error : undefined;
  return error
    ? ErrorInfo.of(error)
    : new ErrorInfo('The connection was closed before the server had accepted the token.', { code: 80017 });
}

/** RTC8a: the server did not answer AUTH. */
export const unanswered = (ms: number): ErrorInfo =>
  new ErrorInfo(`The server did not answer a new token within ${ms} ms. Try it again.`, {
    code: 80014,
    statusCode: 504,
  });

/** 40104: the server refused the time of a TokenRequest; `isOurs` where this client's clock told it. */
export const untimely = (cause: ErrorInfo, isOurs: boolean): ErrorInfo =>
  new ErrorInfo(
    `${cause.message} ${isOurs ? 'The clock of this machine is off: the next attempt asks for the server\'s time, and the option "queryTime" has the first one do so.' : 'The TokenRequest has to be signed with a better time: set "queryTime" where it is signed.'}`,
    { code: cause.code, statusCode: cause.statusCode, href: cause.href, cause },
  );

/** A way to obtain tokens was left out of the bundle: names it and the code that adds it. */
export const missingWay = (option: string, way: string): ErrorInfo =>
  new ErrorInfo(
    `The option "${option}" needs "${way}" of "rx-realtime/auth". Write tokenAuth({ ${option} }, ${way}).`,
    { code: 40000 },
  );
