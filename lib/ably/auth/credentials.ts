import type { Observable } from 'rxjs';
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

/** Credentials of a connection, and the way to learn how the server took them. */
export interface CredentialsSource {
  /** Emits the credentials for one attempt and completes; may request a token first. */
  readonly credentials$: Observable<Credentials>;
  /** Whether tokens are used rather than the key. */
  readonly inUse: boolean;
  /** Whether another token can be had. */
  readonly renewable: boolean;
  /** Called when a token is about to be sent. */
  readonly shows: (token: string) => void;
  /** Called when the server has rejected the token sent last. */
  readonly rejected: () => void;
}
