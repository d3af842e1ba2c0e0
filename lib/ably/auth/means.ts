import { ErrorInfo } from '../wire/error-info.js';
import type { AuthOptions } from './auth-options.js';
import type { TokenParams } from './token.js';
import { parseKey } from './credentials.js';

const invalid = (name: string, problem: string): ErrorInfo =>
  new ErrorInfo(`The option "${name}" ${problem}.`, { code: 40000 });

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';
const isTexts = (value: unknown): boolean =>
  isObject(value) && Object.values(value).every((text) => typeof text === 'string');
const isFlag = (value: unknown): boolean => typeof value === 'boolean';
const isTime = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;

type Kind = readonly [includes: (value: unknown) => boolean, problem: string];
const text: Kind = [isText, 'has to be a string that is not empty'];
const texts: Kind = [isTexts, 'has to be an object of strings'];
const flag: Kind = [isFlag, 'has to be true or false'];

const authKinds: Readonly<Record<keyof AuthOptions, Kind>> = {
  key: text,
  token: text,
  tokenDetails: [
    (value) => isObject(value) && 'token' in value && isText(value.token),
    'has to be an object with a "token"',
  ],
  authCallback: [(value) => typeof value === 'function', 'has to be a function'],
  authUrl: [
    (value) => isText(value) && (/^https?:/i.test(value) || !/^[a-z][\w+.-]*:/i.test(value)),
    'has to be a URL that begins with https: or http:',
  ],
  authMethod: [
    (value) => isText(value) && ['GET', 'POST'].includes(value.toUpperCase()),
    "has to be 'GET' or 'POST'",
  ],
  authHeaders: texts,
  authParams: texts,
  queryTime: flag,
  useTokenAuth: flag,
};

const paramKinds: Readonly<Record<keyof TokenParams, Kind>> = {
  ttl: [isTime, 'has to be a whole number of milliseconds'],
  capability: [
    isCapability,
    'has to be an object of arrays of operations by channel name, or the JSON text of one',
  ],
  clientId: [isText, 'has to be a string that is not empty'],
  timestamp: [isTime, 'has to be a whole number of milliseconds since the epoch'],
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

function check(given: object, kinds: Readonly<Record<string, Kind>>, prefix = ''): void {
  for (const [name, [includes, problem]] of Object.entries(kinds)) {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    if (value !== undefined && value !== null && !includes(value)) throw invalid(prefix + name, problem);
  }
}

/** Throws an ErrorInfo that names the one of the AuthOptions (AO2) that is wrong, and repeats none of them. */
export function checkAuthOptions(options: AuthOptions): void {
  if (!isObject(options)) throw invalid('authOptions', 'has to be an object');
  check(options, authKinds);
  if (isText(options.key)) parseKey(options.key);
}

/** Throws an ErrorInfo that names the one of the TokenParams (TK2) that is wrong. */
export function checkTokenParams(params: TokenParams, name = 'tokenParams'): void {
  if (!isObject(params)) throw invalid(name, 'has to be an object');
  check(params, paramKinds, `${name}.`);
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
export function checkMeans(options: AuthOptions): void {
  const { key, token, tokenDetails, useTokenAuth } = options;
  if (usesTokens(options) ? (token ?? tokenDetails ?? canRenew(options)) : key) return;
  throw new ErrorInfo(
    useTokenAuth === true
      ? 'With "useTokenAuth" the client needs a way to get a token. Give it "key", "token", "tokenDetails", "authUrl" or "authCallback".'
      : useTokenAuth === false
        ? 'With "useTokenAuth: false" the client shows its key, and it has none. Give it "key", or leave "useTokenAuth" out.'
        : 'The client has nothing to prove itself with. Give it "key", "token", "tokenDetails", "authUrl" or "authCallback".',
    { code: 40106, statusCode: 400 },
  );
}
