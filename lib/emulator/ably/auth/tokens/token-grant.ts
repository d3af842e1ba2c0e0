import { refusal } from '../../wire/errors.js';
import { numberIn } from '../../wire/fields.js';
import type { Key } from '../apps.js';
import { type Capability, intersection, parseCapability } from '../capability.js';

/** Properties of a token to issue, checked. */
export interface TokenGrant {
  /** In ms. */
  readonly ttl: number;
  readonly capability: Capability;
  readonly clientId: string | undefined;
}

export const maxTtl = 24 * 60 * 60 * 1000;
const defaultTtl = 60 * 60 * 1000; // TK2a

/** TK2: checks TokenParams; empty fields count as absent. Throws 40003, 40012, 40000 or 40160. */
export function tokenGrantOf(key: Key, params: Readonly<Record<string, unknown>>): TokenGrant {
  const { ttl, capability, clientId } = params;
  return {
    ttl: isGiven(ttl) ? ttlFrom(ttl) : defaultTtl,
    capability: isGiven(capability) ? capabilityWithin(key, parseCapability(capability)) : key.capability,
    clientId: isGiven(clientId) ? clientIdFrom(clientId) : undefined,
  };
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

function ttlFrom(given: unknown): number {
  const ttl = numberIn(given);
  if (Number.isInteger(ttl) && ttl > 0 && ttl <= maxTtl) return ttl;
  throw refusal(40003, 400, `The ttl of a token is a whole number of milliseconds from 1 to ${maxTtl}.`);
}

function clientIdFrom(clientId: unknown): string {
  if (typeof clientId === 'string') return clientId;
  throw refusal(40012, 400, 'The clientId of a token is a string: a name, or "*" for any.');
}

/** RSA6: the part of a capability that the key has. Throws when that is empty, as the docs say; 40160 is a guess. */
export function capabilityWithin(key: Key, requested: Capability): Capability {
  const capability = intersection(requested, key.capability);
  if (Object.keys(capability).length > 0) return capability;
  throw refusal(
    40160,
    401,
    `The key ${key.name} has none of the requested capability: request a part of what it has.`,
  );
}
