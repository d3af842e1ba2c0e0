import {
  callable,
  flag,
  isObject,
  isText,
  type Validator,
  type Validators,
  text,
} from '../../options/validators.js';
import { check } from '../check-options.js';
import { ErrorInfo } from '../wire/error-info.js';
import type { AuthOptions } from './auth-options.js';
import type { TokenParams } from './token.js';
import { parseKey } from './credentials.js';

const texts: Validator = [
  (value) => isObject(value) && Object.values(value).every((one) => typeof one === 'string'),
  'an object of strings',
];

const authKinds: Validators<keyof AuthOptions> = {
  key: text,
  token: text,
  tokenDetails: [(value) => isObject(value) && isText(value['token']), 'an object with a "token"'],
  authCallback: callable,
  authUrl: [
    (value) => isText(value) && (/^https?:/i.test(value) || !/^[a-z][\w+.-]*:/i.test(value)),
    'a URL that begins with https: or http:',
  ],
  authMethod: [(value) => isText(value) && /^(get|post)$/i.test(value), "'GET' or 'POST'"],
  authHeaders: texts,
  authParams: texts,
  queryTime: flag,
  useTokenAuth: flag,
};

const time: Validator = [
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
  'a whole number of milliseconds',
];
const paramKinds: Validators<keyof TokenParams> = {
  ttl: time,
  capability: [isCapability, 'an object of arrays of operations by channel name, or the JSON text of one'],
  clientId: text,
  timestamp: time,
  nonce: text,
};

function isCapability(value: unknown): boolean {
  try {
    const read: unknown = typeof value === 'string' ? JSON.parse(value) : value;
    return isObject(read) && Object.values(read).every(Array.isArray);
  } catch {
    return false;
  }
}

/** Throws an ErrorInfo that names the one of the AuthOptions (AO2) that is wrong, and repeats none of them. */
export function checkAuthOptions(options: AuthOptions): void {
  check(options, authKinds, 'authOptions');
  if (isText(options.key)) parseKey(options.key);
}

/** Throws an ErrorInfo that names the one of the TokenParams (TK2) that is wrong. */
export function checkTokenParams(params: TokenParams, name = 'tokenParams'): void {
  check(params, paramKinds, name, `${name}.`);
}
/** RSA4: whether tokens are shown, and not the key. */
export const usesTokens = ({
  useTokenAuth,
  authCallback,
  authUrl,
  token,
  tokenDetails,
}: AuthOptions): boolean => useTokenAuth ?? Boolean(authCallback ?? authUrl ?? token ?? tokenDetails);

/** RSA4a: whether there is a way to get another token. */
export const canRenew = ({ authCallback, authUrl, key }: AuthOptions): boolean =>
  Boolean(authCallback ?? authUrl ?? key);

/** RSC1b, RSA14: throws 40106 where there is nothing to prove oneself with. */
export function checkAuthMethod(options: AuthOptions): void {
  const { key, token, tokenDetails, useTokenAuth } = options;
  if (usesTokens(options) ? (token ?? tokenDetails ?? canRenew(options)) : key) return;
  const missing =
    useTokenAuth === false
      ? '"key", or leave "useTokenAuth: false" out'
      : '"key", "token", "tokenDetails", "authUrl" or "authCallback"';
  throw new ErrorInfo(`The client has nothing to prove itself with. Give it ${missing}.`, {
    code: 40106,
    statusCode: 400,
  });
}

/** AO1: the AuthOptions among a client's options, checked. */
export function authOptionsOf(options: AuthOptions): AuthOptions {
  checkAuthOptions(options);
  checkAuthMethod(options);
  const names = Object.keys(authKinds) as readonly (keyof AuthOptions)[];
  return Object.fromEntries(names.map((name) => [name, options[name]]));
}
