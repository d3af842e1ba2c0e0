import { type Observable, of } from 'rxjs';
import { toBase64 } from '../../codec/base64.js';
import { toUtf8 } from '../../codec/utf8.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { TokenDetails } from './token.js';

/** The two parts of an API key. */
export interface Key {
  /** The public part, `appId.keyId`. */
  readonly name: string;
  readonly secret: string;
}

/** A key or a token, to be sent to the server and to appear nowhere else. */
export type Credentials =
  ({ readonly type: 'key' } & Key) | { readonly type: 'token'; readonly token: string };

/** Provides the credentials of connections and HTTP requests, and hears when the server rejects them. */
export interface CredentialsSource {
  /** The credentials to present now. Emits once, perhaps after a request for a token, and completes. */
  readonly credentials$: Observable<Credentials>;
  /** RSA4: whether they are a token, and not the key. */
  readonly usesTokens: boolean;
  /** RSA16: the token at hand; `null` with a key, before the first one, and after it was rejected. */
  readonly token: TokenDetails | null;
  /** The connection is about to send this token. */
  readonly presented: (token: string) => void;
  /**
   * RSA16d: the server rejected `token` with this error; left out, the one that was presented last. Returns the error of
   * credentials that cannot be replaced (RSA4a2), and `undefined` where others can be presented.
   */
  readonly rejected: (error: ErrorInfo, token?: string) => ErrorInfo | undefined;
  /** RSA4c: the error of a connection for which `credentials$` errored. */
  readonly failure: (thrown: unknown) => ErrorInfo;
}

/** Takes a key apart that looks as in the dashboard, `appId.keyId:secret`. Throws 40005 for others, without repeating it. */
export function parseKey(key: string): Key {
  const colon = key.indexOf(':');
  const name = key.slice(0, Math.max(colon, 0));
  const secret = key.slice(colon + 1);
  if (!name.includes('.') || secret === '')
    throw new ErrorInfo(
      'The option "key" has to be "appId.keyId:secret". Copy it whole from the dashboard.',
      { code: 40005 },
    );
  return { name, secret };
}

/** RSA2: presents the key itself, always. Throws 40005 for what is no key. */
export const keyCredentials = (key: string): CredentialsSource => ({
  credentials$: of({ type: 'key', ...parseKey(key) }),
  usesTokens: false,
  token: null,
  presented: () => undefined,
  rejected: (error) => error,
  failure: (thrown) => ErrorInfo.of(thrown),
});

/** RSA11, RSA3b: value of the `Authorization` header. */
export const authorization = (credentials: Credentials): string =>
  credentials.type === 'key'
    ? `Basic ${toBase64(toUtf8(`${credentials.name}:${credentials.secret}`))}`
    : `Bearer ${toBase64(toUtf8(credentials.token))}`;

/** RTN2e, RSA3c: query parameters for handshakes, which can carry no headers. */
export const authParams = (credentials: Credentials): Readonly<Record<string, string>> =>
  credentials.type === 'key'
    ? { key: `${credentials.name}:${credentials.secret}` }
    : { accessToken: credentials.token };
