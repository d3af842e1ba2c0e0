import type { LiveObjectState } from '../../../ably/objects/state/live-object.js';
import { type Pool, rootOf } from '../../../ably/objects/state/pool.js';
import { objectIdOf, type ObjectType } from '../../../ably/objects/wire/object-id.js';
import { ObjectAction } from '../../../ably/wire/object-message.js';
import { refusal } from '../wire/errors.js';
import { type Fields, isAbsent, isFields, quote } from '../wire/fields.js';
import { withBase64Bytes } from '../wire/object-bytes.js';
import { parsePath, placesAt } from './object-path.js';
import { invalid } from './operation.js';

/** All that operations by path take besides the objects. */
export interface Making {
  /** Makes a text of 16 characters. */
  readonly nonce: () => string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Operations on objects that exist, by the field with their content. */
const changes = {
  mapSet: { type: 'map', action: ObjectAction.mapSet },
  mapRemove: { type: 'map', action: ObjectAction.mapRemove },
  counterInc: { type: 'counter', action: ObjectAction.counterInc },
} as const;

/** Operations that create an object, by the field with its content. */
const creations = {
  mapCreate: { type: 'map', action: ObjectAction.mapCreate },
  counterCreate: { type: 'counter', action: ObjectAction.counterCreate },
} as const;

const createdWithId = {
  mapCreateWithObjectId: ObjectAction.mapCreate,
  counterCreateWithObjectId: ObjectAction.counterCreate,
} as const;

const names = [...Object.keys(changes), ...Object.keys(creations), ...Object.keys(createdWithId)];

/**
 * The operations of HTTP, each on an object by its id or on all by a path, as messages of the protocol, still unchecked.
 * Paths are those before the first operation. Throws 92005 where a path leads to no object, 92006 without id and path,
 * 92007 where it leads to an object of another type, and 92000.
 */
export function pathOperations(pool: Pool, content: unknown, making: Making): readonly object[] {
  const operations: readonly unknown[] = Array.isArray(content) ? content : [content];
  return operations.flatMap((operation) => {
    if (!isFields(operation)) throw invalid('an operation is an object');
    const { id, clientId, extras } = operation;
    const more = { clientId, extras };
    return messagesOf(pool, operation, making).map((each, index) => ({
      ...more,
      ...(index === 0 && { id }),
      operation: each,
    }));
  });
}

function messagesOf(pool: Pool, operation: Fields, making: Making): readonly object[] {
  const [name, ...others] = names.filter((each) => !isAbsent(operation[each]));
  if (name === undefined || others.length > 0) throw invalid(`it has exactly one of ${names.join(', ')}`);
  const content = operation[name];
  if (isOneOf(changes, name)) {
    const { action, type } = changes[name];
    return targetsOf(pool, operation, type).map((objectId) => ({ action, objectId, [name]: content }));
  }
  const { objectId } = operation;
  if (isOneOf(createdWithId, name)) {
    if (isAbsent(objectId)) throw withoutTarget();
    return [{ action: createdWithId[name], objectId, [name]: content }];
  }
  if (!isAbsent(objectId)) throw invalid('a nonce is needed where an objectId is given');
  return isOneOf(creations, name) ? creation(pool, operation, { ...making, name }) : [];
}

const isOneOf = <T extends object>(kinds: T, name: string): name is keyof T & string =>
  Object.hasOwn(kinds, name);

interface Creation extends Making {
  readonly name: keyof typeof creations;
}

/** Creates an object, and sets it where the path leads, if there is one. */
function creation(
  pool: Pool,
  operation: Fields,
  { name, nonce: newNonce, now }: Creation,
): readonly object[] {
  const { type, action } = creations[name];
  const initialValue = JSON.stringify(withBase64Bytes(operation[name]));
  const nonce = newNonce();
  const objectId = objectIdOf({ type, initialValue, nonce, timestamp: now() });
  const created = { action, objectId, [`${name}WithObjectId`]: { initialValue, nonce } };
  const path = pathIn(operation);
  if (path === undefined) return [created];
  const steps = parsePath(path);
  const last = steps.at(-1);
  if (!last || last.isWildcard) throw unusable(path, 'it has to end in the key of a map');
  const value = { objectId };
  const sets = objectsAt(pool, { steps: steps.slice(0, -1), path, type: 'map' }).map(({ id }) => ({
    ...{ action: ObjectAction.mapSet, objectId: id },
    mapSet: { key: last.key, value },
  }));
  return [created, ...sets];
}

/** Ids of the objects that an operation is for. */
function targetsOf(pool: Pool, operation: Fields, type: ObjectType): readonly unknown[] {
  const { objectId } = operation;
  if (!isAbsent(objectId)) return [objectId];
  const path = pathIn(operation);
  if (path === undefined) throw withoutTarget();
  return objectsAt(pool, { steps: parsePath(path), path, type }).map(({ id }) => id);
}

interface Wanted {
  readonly steps: ReturnType<typeof parsePath>;
  readonly path: string;
  readonly type: ObjectType;
}

function objectsAt(pool: Pool, { steps, path, type }: Wanted): readonly LiveObjectState[] {
  const places = placesAt(pool, rootOf(pool), steps);
  const objects = [...new Set(places.flatMap((place) => ('object' in place ? [place.object] : [])))];
  if (objects.length === 0)
    throw refusal(
      92005,
      400,
      `The path ${quote(path)} leads to no object: create one there, or mend the path.`,
    );
  if (objects.some((object) => object.type !== type))
    throw unusable(path, `it does not lead to a ${type} alone`);
  return objects;
}

function pathIn({ path }: Fields): string | undefined {
  if (isAbsent(path)) return undefined;
  if (typeof path === 'string') return path;
  throw invalid('`path` is no text');
}

const unusable = (path: string, why: string): Error =>
  refusal(92007, 400, `The path ${quote(path)} cannot be used, because ${why}: use another one.`);

const withoutTarget = (): Error =>
  refusal(92006, 400, 'The operation says no object: give it an `objectId`, or a `path`.');
