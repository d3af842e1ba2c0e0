import { Described } from '../../base/described.js';
import { type Found, findIn, objectToChange, textOfPath } from './find.js';
import type { Child, KeyOf, LiveValue } from './live-values.js';
import type { ObjectMessage, ObjectOperation } from './public-message.js';
import type { Pool } from './state/pool.js';
import {
  Blueprint,
  incrementOperation,
  type Making,
  notFinite,
  type OutgoingOperation,
  removeOperation,
  setOperations,
} from './wire/blueprint.js';
import type { ObjectType } from './wire/object-id.js';
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
export interface Change {
  /** The type that the object there has to be of. */
  readonly type: ObjectType;
  /** The key of the place, where the object is not the place itself. */
  readonly key?: string | undefined;
  readonly takesTime?: boolean;
  readonly operations: (objectId: string, making: Making) => readonly OutgoingOperation[];
}

/** All that can be changed at a place, and with what answer. */
export abstract class Changeable<T, Answer> extends Described {
  /** Only a type, for functions of a place to infer. */
  declare protected readonly content?: T;

  /**
   * RTPO15, RTINS12: sets a key of the map that is here. Attaches the channel where it is not attached, waits for the objects
   * to be known, and resolves when the server has accepted it and it shows here. Rejects with 92005 where nothing is here, with
   * 92007 where no map is, with 40003 and 40013 on wrong keys and values, over `maxMessageSize` with 40009, without the
   * mode `object_publish` with 40024, where the channel is detached by its user, suspended or failed with 90001, and as
   * `publish` does otherwise. A rejection that is not awaited shows on `errors$`. In a batch it throws 92005 and 92007, and
   * what is wrong with key and value rejects the whole batch.
   */
  set<K extends KeyOf<T>>(key: K, value: unknown extends T ? LiveValue : Child<T, K>): Answer {
    return this.change({
      type: 'map',
      takesTime: value instanceof Blueprint,
      operations: (id, making) => setOperations(id, key, value, making),
    });
  }

  /** RTPO16, RTINS13: takes a key out of the map that is here. Resolves, rejects and throws as `set` does. */
  remove(key: KeyOf<T>): Answer {
    return this.change({ type: 'map', operations: (id) => [removeOperation(id, key)] });
  }

  /**
   * RTPO17, RTINS14: adds to the counter that is here, or at a key of the map here; 1 where no amount is given. Resolves,
   * rejects and throws as `set` does: with 92007 where no counter is, and with 40003 on an amount that is no finite number.
   */
  increment(key: KeyOf<T>, amount?: number): Answer;
  increment(amount?: number): Answer;
  increment(first?: string | number, second?: number): Answer {
    return this.#add(1, first, second);
  }

  /** RTPO18, RTINS15: takes from a counter, as `increment` adds. */
  decrement(key: KeyOf<T>, amount?: number): Answer;
  decrement(amount?: number): Answer;
  decrement(first?: string | number, second?: number): Answer {
    return this.#add(-1, first, second);
  }

  /** @internal */
  protected abstract change(change: Change): Answer;

  #add(sign: 1 | -1, first: string | number = 1, second = 1): Answer {
    const [key, amount] = typeof first === 'string' ? [first, second] : [undefined, first];
    return this.change({ type: 'counter', key, operations: (id) => [incrementOperation(id, amount, sign)] });
  }
}

/** The place that a user speaks of. */
interface Target {
  readonly found: Found;
  /** Its name, for error texts. */
  readonly where: string;
  readonly pool: Pool;
}

/** The operations of a change. Throws 92005 and 92007 where they cannot be at that place, and 40003 on a text as an amount. */
export function changePlan(
  { type, key, takesTime = false, operations }: Change,
  { found, where, pool }: Target,
): Plan {
  if (key !== undefined && found.object?.type === type) throw notFinite(); // RTLC12e1: its amount, as a text
  const { id } =
    key === undefined
      ? objectToChange(found, type, where)
      : objectToChange(findIn(found, key, pool), type, `${where && `${where}.`}${textOfPath([key])}`);
  return { takesTime, operations: (making) => operations(id, making) };
}
