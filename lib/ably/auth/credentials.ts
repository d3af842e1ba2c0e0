import { type Observable, of } from 'rxjs';
import { toBase64 } from '../../codec/base64.js';
import { ErrorInfo } from '../wire/error-info.js';

/** An API key, taken apart. */
export interface Key {
  /** The public part, `appId.keyId`. */
  readonly name: string;
  readonly secret: string;
}

/** What the client proves itself with; its text appears nowhere but on the wire. */
export type Credentials =
  ({ readonly type: 'key' } & Key) | { readonly type: 'token'; readonly token: string };

const utf8 = new TextEncoder();
const wrong = (message: string): ErrorInfo => new ErrorInfo(message, { code: 40005 });

/** A key as the dashboard shows it, `appId.keyId:secret`. Throws 40005 on another shape, without repeating it. */
export function parseKey(key: string): Key {
  const colon = key.indexOf(':');
  const name = key.slice(0, Math.max(colon, 0));
  const secret = key.slice(colon + 1);
  if (!name.includes('.') || secret === '')
    throw wrong('The option "key" has to be "appId.keyId:secret". Copy it whole from the dashboard.');
  return { name, secret };
}

/** RSA11, RSA3b: what goes into an `Authorization` header. */
export const authorization = (credentials: Credentials): string =>
  credentials.type === 'key'
    ? `Basic ${toBase64(utf8.encode(`${credentials.name}:${credentials.secret}`))}`
    : `Bearer ${toBase64(utf8.encode(credentials.token))}`;

/** RTN2e, RSA3c: the same as query parameters, for handshakes that can carry no headers. */
export const authParams = (credentials: Credentials): Readonly<Record<string, string>> =>
  credentials.type === 'key'
    ? { key: `${credentials.name}:${credentials.secret}` }
    : { accessToken: credentials.token };

/** All that the connection and HTTP requests ask of whoever proves who the client is. */
export interface CredentialsSource {
  /** One value, then it completes: what to show now, which may have to be fetched first. */
  readonly credentials$: Observable<Credentials>;
  /** RSA4: whether tokens are shown, and not the key. */
  readonly usesTokens: boolean;
  /** RSA4a: whether there is a way to get another token. */
  readonly renewable: boolean;
  /** RSA7b: the clientId of the token in use. */
  readonly tokenClientId: string | null;
  /** The connection is about to show a token. */
  readonly presented: (token: string) => void;
  /** RSA16d: a token does not hold any more; by default the one that the connection showed. */
  readonly rejected: (token?: string) => void;
}

/** RSA11: a key, which is shown as it is. Throws 40005 on another shape. */
export function keyCredentials(key: string): CredentialsSource {
  const credentials = { type: 'key', ...parseKey(key) } as const;
  return {
    credentials$: of(credentials),
    usesTokens: false,
    renewable: false,
    tokenClientId: null,
    presented: () => undefined,
    rejected: () => undefined,
  };
}
