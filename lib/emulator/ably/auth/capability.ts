import { refusal } from '../wire/errors.js';
import { isFields } from '../wire/fields.js';

/** Operations by resource: a channel's name, `ns:*` for all names that begin so, or `*` for all there are. */
export type Capability = Readonly<Record<string, readonly string[]>>;

/** What may be done on a channel; `*` is all of it. */
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

/** TK2b: a capability from its JSON text. Throws 40000. */
export function parseCapability(text: unknown): Capability {
  try {
    if (typeof text === 'string') return capabilityFrom(JSON.parse(text));
  } catch (thrown) {
    if (!(thrown instanceof SyntaxError)) throw thrown;
  }
  throw refusal(
    40000,
    400,
    'The capability is no JSON text: stringify an object of arrays, { resource: [operation] }.',
  );
}

/** A capability in its one form: sorted, and nothing besides a `*`. Throws 40000 on what is none. */
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
    throw refusal(40000, 400, `${where} is no array with an operation in it: leave it out, or give it one.`);
  const unknown: unknown = list.find((operation) => !known.has(operation));
  if (unknown === undefined) return list as string[];
  throw refusal(
    40000,
    400,
    `${where} holds the operation ${quote(unknown)}, which is unknown: use ${operations.join(', ')}.`,
  );
}

/** Errors travel in headers, too. */
const quote = (value: unknown): string =>
  (JSON.stringify(value) as string | undefined)?.slice(0, 100) ?? typeof value;

type Grant = readonly [resource: string, operations: readonly string[]];

function normalize(grants: readonly Grant[]): Capability {
  const merged = new Map<string, readonly string[]>();
  for (const [resource, list] of grants) merged.set(resource, [...(merged.get(resource) ?? []), ...list]);
  const inOrder = [...merged].sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(inOrder.map(([resource, list]) => [resource, distinct(list)]));
}

const distinct = (list: readonly string[]): readonly string[] =>
  list.includes('*') ? ['*'] : [...new Set(list)].sort();

/** What both allow; empty when that is nothing. */
export function intersection(asked: Capability, allowed: Capability): Capability {
  const grants = Object.entries(asked).flatMap(([one, wanted]) =>
    Object.entries(allowed).map(([other, had]): Grant => [
      narrowerResource(one, other),
      commonOperations(wanted, had),
    ]),
  );
  return normalize(grants.filter(([resource, list]) => resource !== '' && list.length > 0));
}

/** The resource that both cover; the empty text when there is none. */
function narrowerResource(one: string, other: string): string {
  if (covers(one, other)) return other;
  return covers(other, one) ? one : '';
}

function commonOperations(one: readonly string[], other: readonly string[]): readonly string[] {
  if (one.includes('*')) return other;
  return other.includes('*') ? one : one.filter((operation) => other.includes(operation));
}

/** A `*` stands for whole segments at the end, and only there; `[*]*` is Ably's word for channels and all else. */
function covers(resource: string, name: string): boolean {
  if (resource === '*' || resource === '[*]*' || resource === name) return true;
  return resource.endsWith(':*') && name.startsWith(resource.slice(0, -1));
}

/** Whether the operation is allowed on the channel. */
export const allows = (capability: Capability, channel: string, operation: Operation): boolean =>
  Object.entries(capability).some(
    ([resource, list]) => covers(resource, channel) && (list.includes(operation) || list.includes('*')),
  );

/** Throws 40160 where it is not allowed. */
export function demand(capability: Capability, channel: string, operation: Operation): void {
  if (allows(capability, channel, operation)) return;
  throw refusal(
    40160,
    401,
    `The key or token does not allow ${operation} on this channel: use one whose capability has it.`,
  );
}
