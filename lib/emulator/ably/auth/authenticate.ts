import { fromBase64 } from '../../../codec/base64.js';
import { fromUtf8 } from '../../../codec/utf8.js';
import type { Headers, Query } from '../../host/server-core.js';
import { refusal } from '../wire/errors.js';
import { type App, type Apps, type Key, parseKey } from './apps.js';
import { type Caller, callerByKey } from './caller.js';

/** Places where a request carries credentials. */
export interface Credentials {
  readonly params: Query;
  readonly headers: Headers;
}

/** The apps, and a lookup of tokens. */
export interface KnownCredentials {
  readonly apps: Apps;
  readonly byToken: (token: string) => Caller;
}

/**
 * RTN2e, RSA11, RSA3: identifies the caller by a key or token in the Authorization header or the parameters. Throws
 * 40101 or 40400 on unknown credentials, and the error of an invalid token.
 */
export function authenticate({ apps, byToken }: KnownCredentials, { params, headers }: Credentials): Caller {
  const [, scheme = '', value = ''] = /^(\w+)\s+(.+)$/.exec(headers['authorization'] ?? '') ?? [];
  if (scheme.toLowerCase() === 'basic') return byKey(apps, textFromBase64(value));
  if (scheme.toLowerCase() === 'bearer') return byToken(value.includes('.') ? value : textFromBase64(value)); // base64 has no dot
  const token = params.get('accessToken') ?? params.get('access_token');
  if (token !== null) return byToken(token);
  const key = params.get('key');
  if (key !== null) return byKey(apps, key);
  throw refusal(40101, 401, 'No credentials came with the request: give a key or a token.');
}

function byKey(apps: Apps, text: string): Caller {
  const parsed = parseKey(text);
  if (!parsed)
    throw refusal(40101, 401, 'The key is not of the form "app.key:secret": check how it was passed.');
  const { app, key } = findKey(apps, parsed.name);
  if (key.secret === parsed.secret) return callerByKey(app, key);
  throw refusal(40101, 401, `The secret of the key ${key.name} is wrong: use one given to the emulator.`);
}

/** Throws 40400, which the docs of the code name for a missing application or key; 40130 is no token error either. */
export function findKey(apps: Apps, name: string): { readonly app: App; readonly key: Key } {
  const appId = name.split('.', 1)[0] ?? '';
  const app = apps.get(appId);
  if (!app) throw noApp();
  const key = app.keys.get(name);
  if (key) return { app, key };
  throw refusal(40400, 404, 'The key is unknown: use one given to the emulator.');
}

export const noApp = (): Error =>
  refusal(40400, 404, 'There is no such app here: start the emulator with a key of it.');

/** Decodes text from base64; empty when it is malformed. */
export function textFromBase64(value: string): string {
  try {
    return fromUtf8(fromBase64(value));
  } catch {
    return '';
  }
}
