import { refusal } from '../wire/errors.js';
import type { App, Key } from './apps.js';
import type { Capability } from './capability.js';

/** Facts about a token, opaque or JWT; times in ms. */
export interface Token {
  readonly text: string;
  readonly issued: number;
  readonly expires: number;
  readonly revocationKey: string | undefined;
}

/** The identity and capability behind a request. */
export interface Caller {
  readonly app: App;
  readonly key: Key;
  /** Undefined for a caller with a key. */
  readonly token: Token | undefined;
  /** TD6: undefined for an anonymous caller, `*` for any name; a caller with a key may use any (RTL6e). */
  readonly clientId: string | undefined;
  readonly capability: Capability;
}

export const callerByKey = (app: App, key: Key): Caller => ({
  app,
  key,
  token: undefined,
  clientId: '*',
  capability: key.capability,
});

/**
 * RSA7, RSA15: the clientId of a caller that asks for `clientId`. Throws 40012 on an empty name or "*", 40102 where it
 * is not allowed; the docs name 40012 and 40101 for that as well.
 */
export function clientIdOf(caller: Caller, clientId: string | undefined): string | undefined {
  if (clientId === undefined) return caller.clientId;
  if (clientId === '' || clientId === '*')
    throw refusal(40012, 400, 'The clientId is empty or "*": leave it out, or give a name.');
  if (caller.clientId === '*' || caller.clientId === clientId) return clientId;
  throw refusal(
    40102,
    401,
    'The clientId is not that of the token: leave it out, or get a token with this clientId.',
  );
}
