import type { Pool } from './state/pool.js';
import { type Found, findIn, objectToChange } from './find.js';
import type { ObjectMessage, ObjectOperation } from './public-message.js';
import { Blueprint, incrementOperation, removeOperation, setOperations } from './wire/blueprint.js';
import type { Plan } from './write.js';

/** RTPO19e: a change of objects. */
export interface ObjectChange {
  /** RTPO19e1: the place that has changed, or below which something has: keys with dots between them. Empty for an instance. */
  readonly path: string;
  /** Left `undefined` where it comes of a sync. */
  readonly operation: ObjectOperation | undefined;
  /** RTPO19e2: the message with the operation. */
  readonly message: ObjectMessage | undefined;
}

/** A user's word, at one place. */
export type Change =
  | { readonly type: 'set'; readonly key: string; readonly value: unknown }
  | { readonly type: 'remove'; readonly key: string }
  | { readonly type: 'add'; readonly key?: string; readonly amount: number; readonly sign: 1 | -1 };

/** The place that a user speaks of. */
export interface Target {
  readonly found: Found;
  /** Its name, for error texts. */
  readonly where: string;
  readonly pool: Pool;
}

/** The operations of a change. Throws 92005 and 92007 where they cannot be at that place. */
export function changePlan(change: Change, { found, where, pool }: Target): Plan {
  if (change.type === 'add') {
    const { key, amount, sign } = change;
    const at = key === undefined ? found : findIn(found, key, pool);
    const { id } = objectToChange(at, 'counter', key === undefined ? where : `${where && `${where}.`}${key}`);
    return { takesTime: false, operations: () => [incrementOperation(id, amount, sign)] };
  }
  const { id } = objectToChange(found, 'map', where);
  const { key } = change;
  if (change.type === 'remove') return { takesTime: false, operations: () => [removeOperation(id, key)] };
  const { value } = change;
  return {
    takesTime: value instanceof Blueprint,
    operations: (making) => setOperations(id, key, value, making),
  };
}
