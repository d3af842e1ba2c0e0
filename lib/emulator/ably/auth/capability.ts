import { refusal } from '../wire/errors.js';
import { isFields, quote } from '../wire/fields.js';

/** Operations by resource: the name of a channel, `ns:*` for all names with this prefix, or `*` for all. */
export type Capability = Readonly<Record<string, readonly string[]>>;

/** Operations on a channel; `*` is all of them. */
const operations = [
  'publish',
  'subscribe',
  'presence',
  'history',
  'channel-metadata',
  'privileged-headers',
  'push-admin',
  'push-subscribe',
  'stats',
  'annotation-publish',
  'annotation-subscribe',
  'message-update-own',
  'message-update-any',
  'message-delete-own',
  'message-delete-any',
  'object-publish',
  'object-subscribe',
  '*',
] as const;
export type Operation = Exclude<(typeof operations)[number], '*'>;

const known: ReadonlySet<unknown> = new Set(operations);

export const fullCapability: Capability = { '*': ['*'] };

/** TK2b: parses a capability from JSON. Throws 40000, a guess as for all that is wrong in one. */
export function parseCapability(text: unknown): Capability {
  try {
    if (typeof text === 'string') return capabilityFrom(JSON.parse(text));
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  throw refusal(
    40000,
    400,
    'The capability is not valid JSON: stringify an object of arrays, { resource: [operation] }.',
  );
}

/** Normalizes a capability: sorted, without duplicates. Throws 40000 on a malformed one, and on a `*` beside others. */
export function capabilityFrom(value: unknown): Capability {
  if (!isFields(value))
    throw refusal(40000, 400, 'A capability is an object of arrays: { resource: [operation] }.');
  return normalize(
    Object.entries(value).map(([resource, list]) => [resource, operationsFrom(resource, list)]),
  );
}

function operationsFrom(resource: string, list: unknown): readonly string[] {
  const where = `The capability for ${quote(resource)}`;
  if (!Array.isArray(list) || list.length === 0)
    throw refusal(
      40000,
      400,
      `${where} is not an array with an operation in it: leave it out, or give it one.`,
    );
  if (list.length > 1 && list.includes('*'))
    throw refusal(
      40000,
      400,
      `${where} names "*" and other operations: "*" is all of them, so leave these out.`,
    );
  const unknown: unknown = list.find((operation) => !known.has(operation));
  if (unknown === undefined) return list as string[];
  throw refusal(
    40000,
    400,
    `${where} holds the operation ${quote(unknown)}, which is unknown: use ${operations.join(', ')}.`,
  );
}

type Grant = readonly [resource: string, operations: readonly string[]];

function normalize(grants: readonly Grant[]): Capability {
  const merged = new Map<string, readonly string[]>();
  for (const [resource, list] of grants) merged.set(resource, [...(merged.get(resource) ?? []), ...list]);
  const inOrder = [...merged].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(inOrder.map(([resource, list]) => [resource, distinct(list)]));
}

const distinct = (list: readonly string[]): readonly string[] =>
  list.includes('*') ? ['*'] : [...new Set(list)].sort();

/** Operations that both capabilities allow; may be empty. */
export function intersection(requested: Capability, allowed: Capability): Capability {
  const grants = Object.entries(requested).flatMap(([one, wanted]) =>
    Object.entries(allowed).map(([other, permitted]): Grant => [
      narrowerResource(one, other),
      commonOperations(wanted, permitted),
    ]),
  );
  return normalize(grants.filter(([resource, list]) => resource !== '' && list.length > 0));
}

/** The narrower of two resources; empty when neither covers the other. */
function narrowerResource(one: string, other: string): string {
  if (covers(one, other)) return other;
  return covers(other, one) ? one : '';
}

function commonOperations(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one.includes('*')) return other;
  return other.includes('*') ? one : one.filter((operation) => other.includes(operation));
}

/**
 * A `*` stands for whole segments at the end of a name. `[*]*` is Ably's name for channels and everything else. The name of
 * a room of Chat covers its channel.
 */
function covers(resource: string, name: string): boolean {
  if (resource === '*' || resource === '[*]*' || resource === name) return true;
  if (resource.endsWith(':*')) return name.startsWith(resource.slice(0, -1));
  return name.endsWith('::$chat') && name === `${resource}::$chat`;
}

/** True when the operation is allowed on the channel. */
export const allows = (capability: Capability, channel: string, operation: Operation): boolean =>
  Object.entries(capability).some(
    ([resource, list]) => covers(resource, channel) && (list.includes(operation) || list.includes('*')),
  );

/** Throws 40160 where the operation is not allowed. */
export function demand(capability: Capability, channel: string, operation: Operation): void {
  if (allows(capability, channel, operation)) return;
  throw refusal(
    40160,
    401,
    `The key or token does not allow ${operation} on this channel: use one whose capability has it.`,
  );
}
