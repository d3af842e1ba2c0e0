import { hmac } from '@stablelib/hmac';
import { SHA256 } from '@stablelib/sha256';
import { defer, map, type Observable, of } from 'rxjs';
import { toBase64 } from '../../codec/base64.js';
import { toUtf8 } from '../../codec/utf8.js';
import { randomText } from '../../rx/clock.js';
import { ErrorInfo } from '../wire/error-info.js';
import { type Key, parseKey } from './credentials.js';
import type { TokenDependencies, TokenWays } from './request-token.js';
import type { TokenRequestOptions } from './state.js';
import { capabilityText, type TokenParams, type TokenRequest } from './token.js';

/** TokenParams with the fields that each TokenRequest needs. */
export interface SignableParams extends TokenParams {
  readonly timestamp: number;
  readonly nonce: string;
}

/** RSA9a, RSA9g: a TokenRequest, which proves the possession of the key and does not contain it. */
export function sign({ name: keyName, secret }: Key, params: SignableParams): TokenRequest {
  const { timestamp, nonce, ttl, clientId } = params;
  const capability = capabilityText(params);
  const lines = [keyName, ttl ?? '', capability ?? '', clientId ?? '', timestamp, nonce];
  const text = lines.map((line) => `${line}\n`).join('');
  return {
    keyName,
    ...(ttl != null && { ttl }), // RSA5
    ...(capability !== undefined && { capability }), // RSA6
    ...(clientId != null && { clientId }),
    timestamp,
    nonce,
    mac: toBase64(hmac(SHA256, toUtf8(secret), toUtf8(text))),
  };
}

/** RSA9: emits a TokenRequest. Errors with 40106 without a key, with 40000 and 40005 for a bad one. */
export const signTokenRequest = (
  { params, options: { key, queryTime } }: TokenRequestOptions,
  { random, clock }: TokenDependencies,
): Observable<TokenRequest> =>
  defer(() => {
    if (key == null)
      throw new ErrorInfo('A TokenRequest is signed with a key. Set the option "key".', {
        code: 40106,
        statusCode: 400,
      });
    const { timestamp, nonce } = params;
    const time$ = timestamp == null ? clock.read(queryTime ?? false) : of(timestamp); // RSA9d
    return time$.pipe(
      map(
        (time) => sign(parseKey(key), { ...params, timestamp: time, nonce: nonce ?? randomText(22, random) }), // RSA9c
      ),
    );
  });

/**
 * RSA9: signs TokenRequests with the option `key`: a way for `tokenAuth`. A token fails with 40106 without a key, and with
 * 40000 or 40005 for a bad one.
 *
 * @example
 * ```ts
 * createClient({ auth: tokenAuth({ key }, signing) });
 * ```
 */
export const signing: Pick<Required<TokenWays>, 'signing'> = { signing: signTokenRequest };
