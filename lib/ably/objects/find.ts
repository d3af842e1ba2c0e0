import { ErrorInfo } from '../wire/error-info.js';
import { isAbsent, type Pool, rootOf } from './state/pool.js';
import type { LiveObjectState } from './state/live-object.js';
import type { Path } from './state/references.js';
import { textOf } from './wire/blueprint.js';
import type { ObjectType } from './wire/object-id.js';
import type { ObjectValue } from './wire/object-data.js';

/** The content of a place: an object, or a value, or neither. */
export interface Found {
  readonly object?: LiveObjectState | undefined;
  readonly value?: ObjectValue | undefined;
}

export const nothing: Found = {};

/** RTPO3: follows a path from the root. */
export function findAt(pool: Pool, path: Path): Found {
  let found: Found = { object: rootOf(pool) };
  for (const key of path) found = findIn(found, key, pool);
  return found;
}

/** RTLM5: the content of a key. */
export function findIn({ object }: Found, key: string, pool: Pool): Found {
  const entry = object?.type === 'map' ? object.entries.get(key) : undefined;
  if (!entry || isAbsent(entry, pool)) return nothing;
  const { objectId, value } = entry;
  if (objectId === undefined) return { value };
  const found = pool.get(objectId);
  return { object: found?.isMissing ? undefined : found }; // RTLM5d2f1
}

/** RTPO7: a value, or the number of a counter. */
export const simpleValue = ({ object, value }: Found): ObjectValue | undefined =>
  object?.type === 'counter' ? object.count : value;

/** RTPO4: keys with dots between them; a dot in a key is escaped. */
export const textOfPath = (path: Path): string => path.map((key) => key.replaceAll('.', '\\.')).join('.');

/** RTPO6b. Throws 40003 on what is no string. */
export const pathOfText = (text: unknown): Path =>
  textOf(text)
    .replaceAll('\\.', '\0')
    .split('.')
    .map((key) => key.replaceAll('\0', '.'));

/** The object at a place, to be changed. Throws 92005 where there is nothing, and 92007 where it is of another type. */
export function objectToChange({ object, value }: Found, type: ObjectType, at: string): LiveObjectState {
  if (object?.type === type) return object;
  const kind = object?.type ?? (value === undefined ? undefined : 'value');
  throw new ErrorInfo(
    `There is ${kind ? `a ${kind}` : 'nothing'} at "${at}" of the objects, and no ${type}. Set one, or change another.`,
    { code: kind ? 92007 : 92005 },
  );
}
