import { fromBase64 } from '../../codec/base64.js';
import { type App, parseKey } from './apps.js';
import { refusal } from './errors.js';

/** Names to values; header names are in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

/** The part of `URLSearchParams` that is needed. */
export interface Query {
  readonly get: (name: string) => string | null;
}

export interface Caller {
  readonly app: App;
  /** Whether a key was shown, which may take on any clientId (RTL6e). */
  readonly basic: boolean;
}

type Apps = ReadonlyMap<string, App>;

/**
 * Who asks: a key or a token, from the Authorization header or from the parameters (RTN2e, RSA11, RSA3). Throws 40101
 * or 40400 when that is nobody.
 */
export function authenticate(
  apps: Apps,
  request: { readonly params: Query; readonly headers: Headers },
): Caller {
  const [, scheme = '', value = ''] = /^(\w+)\s+(.+)$/.exec(request.headers['authorization'] ?? '') ?? [];
  if (scheme.toLowerCase() === 'basic') return byKey(apps, decoded(value));
  if (scheme.toLowerCase() === 'bearer') return byBearer(apps, value);
  const token = request.params.get('accessToken') ?? request.params.get('access_token');
  if (token !== null) return byToken(apps, token);
  const key = request.params.get('key');
  if (key !== null) return byKey(apps, key);
  throw refusal(40101, 401, 'No credentials came with the request: give a key or a token.');
}

function byKey(apps: Apps, text: string): Caller {
  const key = parseKey(text);
  if (!key)
    throw refusal(40101, 401, 'The key is not of the form "app.key:secret": look at how it was passed.');
  const app = apps.get(key.appId);
  if (!app)
    throw refusal(40400, 404, `There is no app ${key.appId} here: start the emulator with a key of it.`);
  if (app.secrets.get(key.name) === key.secret) return { app, basic: true };
  throw refusal(
    40101,
    401,
    `The key ${key.name} is unknown or its secret is wrong: use one given to the emulator.`,
  );
}

/** Any token of an app it knows will do: `app.anything`. It is not looked into, and does not expire. */
export function byToken(apps: Apps, token: unknown): Caller {
  const [, appId] = typeof token === 'string' ? (/^([^.]+)\../.exec(token) ?? []) : [];
  const app = appId === undefined ? undefined : apps.get(appId);
  if (app) return { app, basic: false };
  throw refusal(
    40101,
    401,
    'The token belongs to no app here: use one that starts with the app id and a dot.',
  );
}

function byBearer(apps: Apps, value: string): Caller {
  return byToken(apps, value.includes('.') ? value : decoded(value)); // a dot is not base64
}

/** Text from base64; empty if it is not any. */
export function decoded(value: string): string {
  try {
    return new TextDecoder().decode(fromBase64(value));
  } catch {
    return '';
  }
}
