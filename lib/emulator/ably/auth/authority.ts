import { refusal } from '../wire/errors.js';
import type { Settings } from '../settings.js';
import type { App, Key } from './apps.js';
import { authenticate, type Credentials, findKey } from './authenticate.js';
import { parseCapability } from './capability.js';
import type { Caller, Token } from './caller.js';
import { type Claims, isJwt, readJwt } from './tokens/jwt.js';
import { type Revocations, revocationsOf } from './revocations.js';
import { capabilityWithin, maxTtl, tokenGrantOf } from './tokens/token-grant.js';
import { detailsOf, type TokenDetails } from './tokens/token-details.js';
import { type CheckTokenRequest, tokenRequestChecker } from './tokens/token-request.js';
import { forgetOldest, issuedTokens } from './tokens/issued-tokens.js';

type Fields = Readonly<Record<string, unknown>>;

/** When a token ends, or has ended, and what its bearer is told then. */
export interface TokenEnd {
  readonly at: number;
  readonly error: Error;
}

/** Says who is who: knows all keys, gives out tokens and takes them back. */
export interface Authority {
  /** Throws 40101, 40400, 40142, 40141, 40144 or what else is wrong with the credentials. */
  readonly authenticate: (credentials: Credentials) => Caller;
  /** The same, for a token that came by itself. */
  readonly byToken: (token: unknown) => Caller;
  /** Throws 40400 or 40101. */
  readonly findKey: (name: string) => { readonly app: App; readonly key: Key };
  /** Throws what is wrong with the TokenParams. */
  readonly issue: (keyName: string, params: Fields) => TokenDetails;
  /** Throws what is wrong with a signed TokenRequest. */
  readonly check: CheckTokenRequest;
  readonly revocations: Revocations;
  /** Undefined for a key, which never ends. */
  readonly endOf: (caller: Caller) => TokenEnd | undefined;
  /** Ends a token before its time, as if that had come. */
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
    const caller = findToken(typeof token === 'string' ? token : '');
    const end = endOf(caller);
    if (end && end.at <= scheduler.now()) throw end.error;
    return caller;
  };
  const findToken = (token: string): Caller => {
    if (isJwt(token)) return byJwt(token);
    const caller = tokens.find(token);
    if (caller) return caller;
    throw refusal(40101, 401, 'The token is unknown: the emulator takes those it gave out itself, and JWTs.');
  };
  const byJwt = (text: string): Caller => {
    const jwt = readJwt(text);
    const { app, key } = findKey(apps, jwt.kid);
    const claims = jwt.claims(key.secret);
    const token = tokenOfJwt(text, claims, scheduler.now() + timestampWindow);
    const { 'x-ably-capability': asked, 'x-ably-clientId': clientId } = claims;
    const capability = asked === undefined ? key.capability : capabilityWithin(key, parseCapability(asked));
    return { app, key, token, clientId: clientId === '' ? undefined : clientId, capability };
  };
  return {
    authenticate: (credentials) => authenticate({ apps, byToken }, credentials),
    byToken,
    findKey: (name) => findKey(apps, name),
    issue: (keyName, params) => {
      const owner = findKey(apps, keyName);
      const caller = tokens.issue(owner, tokenGrantOf(owner.key, params), revocations.issueTime());
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

/** Throws 40003 on a JWT for too long a time, 40104 on one from the future. */
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
