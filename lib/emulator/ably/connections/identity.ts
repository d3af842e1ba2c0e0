import { type Caller, clientIdOf } from '../auth/caller.js';
import { refusal } from '../wire/errors.js';

/** Identity of a connection, by its latest credentials. */
export interface ConnectionIdentity {
  readonly caller: Caller;
  /** CD2a: a name, `*` for any name, undefined for an anonymous client. */
  readonly clientId: string | undefined;
}

/** Throws 40012 or 40102 when the caller may not use `clientId`. */
export const connectionIdentity = (caller: Caller, clientId?: string): ConnectionIdentity => ({
  caller,
  clientId: clientIdOf(caller, clientId),
});

/**
 * RTC8a2, RTN15: the identity after new credentials. They must belong to the same key. A connection keeps its clientId;
 * one without may get one. Throws 40102.
 */
export function changeIdentity(before: ConnectionIdentity, next: ConnectionIdentity): ConnectionIdentity {
  if (next.caller.key.name !== before.caller.key.name)
    throw refusal(
      40102,
      401,
      'The credentials are of another key than the connection: use those of its key.',
    );
  if (before.clientId === undefined || before.clientId === '*' || next.clientId === before.clientId)
    return next;
  if (next.clientId === '*') return { ...next, clientId: before.clientId };
  throw refusal(
    40102,
    401,
    'The clientId of the credentials is not that of the connection: keep to it, or connect anew.',
  );
}
