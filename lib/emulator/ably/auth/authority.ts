import { refusal } from '../wire/errors.js';
import { isAbsent } from '../wire/fields.js';
import type { Settings } from '../settings.js';
import type { App, Key } from './apps.js';
import { authenticate, type Credentials, findKey, noApp } from './authenticate.js';
import { parseCapability } from './capability.js';
import type { Caller, Token } from './caller.js';
import { type Claims, isJwt, readJwt } from './tokens/jwt.js';
import { type Revocations, revocationsOf } from './revocations.js';
import { capabilityWithin, maxTtl, tokenGrantOf } from './tokens/token-grant.js';
import { detailsOf, type TokenDetails } from './tokens/token-details.js';
import { type CheckTokenRequest, tokenRequestChecker } from './tokens/token-request.js';
import { forgetOldest, issuedTokens } from './tokens/issued-tokens.js';

type Fields = Readonly<Record<string, unknown>>;

/** Time at which a token ends, and the error from then on. */
export interface TokenEnd {
  readonly at: number;
  readonly error: Error;
}

/** Checks keys, and issues and revokes tokens. */
export interface Authority {
  /** Throws 40101, 40400, 40005, 40143, 40142, 40141, 40144 or another error of the credentials. */
  readonly authenticate: (credentials: Credentials) => Caller;
  /** Identifies the caller by a token. Throws as `authenticate` does. */
  readonly byToken: (token: unknown) => Caller;
  /** Throws 40400. */
  readonly findKey: (name: string) => { readonly app: App; readonly key: Key };
  /** Throws the error of invalid TokenParams. */
  readonly issue: (keyName: string, params: Fields) => TokenDetails;
  /** Throws the error of an invalid TokenRequest. */
  readonly check: CheckTokenRequest;
  readonly revocations: Revocations;
  /** Undefined for a key, which does not end. */
  readonly endOf: (caller: Caller) => TokenEnd | undefined;
  /** Ends a token now, as if it had expired. */
  readonly expire: (token: Token) => void;
}

const maxExpiries = 10_000;

export function authorityOf({ apps, scheduler, random, timestampWindow }: Settings): Authority {
  const tokens = issuedTokens(random);
  const revocations = revocationsOf(scheduler);
  const expiredEarly = new Map<string, number>();
  const endOf = (caller: Caller): TokenEnd | undefined => {
    if (!caller.token) return undefined;
    const { text, expires } = caller.token;
    const expiry = Math.min(expires, expiredEarly.get(text) ?? Infinity);
    const revocation = revocations.appliesAt(caller);
    return revocation < expiry
      ? { at: revocation, error: revokedError() }
      : { at: expiry, error: expiredError() };
  };
  const byToken = (token: unknown): Caller => {
    const caller = findToken(tokenTextOf(token));
    findKey(apps, caller.key.name); // its app may have been deleted
    const end = endOf(caller);
    if (end && end.at <= scheduler.now()) throw end.error;
    return caller;
  };
  const findToken = (token: string): Caller => {
    if (isJwt(token)) return byJwt(token);
    const caller = tokens.find(token);
    if (caller) return caller;
    if (!apps.has(token.split('.', 1)[0] ?? '')) throw noApp();
    // 40143 is what the docs name for a token without a record, as after a restart: clients get another one.
    throw refusal(40143, 401, 'The token is unknown: use one of this emulator, or a JWT.');
  };
  const byJwt = (text: string): Caller => {
    const jwt = readJwt(text);
    const { app, key } = findKey(apps, jwt.kid);
    const claims = jwt.claims(key.secret);
    const token = tokenOfJwt(text, claims, scheduler.now() + timestampWindow);
    const { 'x-ably-capability': requested, 'x-ably-clientId': clientId } = claims;
    const capability =
      requested === undefined ? key.capability : capabilityWithin(key, parseCapability(requested));
    return { app, key, token, clientId: clientId === '' ? undefined : clientId, capability };
  };
  return {
    authenticate: (credentials) => authenticate({ apps, byToken }, credentials),
    byToken,
    findKey: (name) => findKey(apps, name),
    issue: (keyName, params) => {
      const issuer = findKey(apps, keyName);
      const caller = tokens.issue(issuer, tokenGrantOf(issuer.key, params), revocations.issueTime());
      return detailsOf(caller, caller.token);
    },
    check: tokenRequestChecker(scheduler, timestampWindow),
    revocations,
    endOf,
    expire: ({ text }) => {
      expiredEarly.set(text, scheduler.now());
      if (expiredEarly.size > maxExpiries) forgetOldest(expiredEarly);
    },
  };
}

/**
 * Throws 40101 where there is no token, and 40005 on one that is neither a JWT nor of the form that the docs show,
 * `<appId>.<randomBytes>`.
 */
function tokenTextOf(token: unknown): string {
  if (isAbsent(token) || token === '')
    throw refusal(40101, 401, 'No token that can be read came with the request: give it one.');
  if (typeof token === 'string' && (isJwt(token) || /^[^.\s]+\.\S+$/.test(token))) return token;
  throw refusal(40005, 400, 'The token is neither an Ably token nor a JWT: check how it was passed.');
}

/** Throws 40003 on a JWT with too long a lifetime, 40104, a guess, on one issued in the future. */
function tokenOfJwt(text: string, { iat, exp, ...claims }: Claims, latest: number): Token {
  const [issued, expires] = [Math.round(iat * 1000), Math.round(exp * 1000)];
  if (expires - issued > maxTtl)
    throw refusal(
      40003,
      400,
      `The JWT is for more than ${maxTtl} ms: choose an \`exp\` nearer to its \`iat\`.`,
    );
  if (issued > latest)
    throw refusal(40104, 401, 'The JWT was issued in the future: give `iat` in seconds, and set the clock.');
  return { text, issued, expires, revocationKey: claims['x-ably-revocation-key'] };
}

const expiredError = (): Error => refusal(40142, 401, 'The token has expired: get another one.');
const revokedError = (): Error => refusal(40141, 401, 'The token was revoked: get another one.');
