import { objectIdOf, type ObjectType, typeOfId } from '../../../ably/objects/wire/object-id.js';
import {
  ObjectAction,
  type WireMapEntry,
  type WireObjectData,
  type WireObjectOperation,
  type WireObjectsMap,
} from '../../../ably/wire/object-message.js';
import { fromBase64 } from '../../../codec/base64.js';
import { refusal } from '../wire/errors.js';
import { type Fields, isAbsent, isFields, quote } from '../wire/fields.js';

/** The error of an object message that is malformed. */
export const invalid = (why: string): Error =>
  refusal(92000, 400, `The object message is not valid, because ${why}: see the protocol's ObjectMessage.`);

interface Kind {
  readonly type: ObjectType;
  readonly contentOf: (operation: Fields) => Partial<WireObjectOperation>;
}

/** OOP2: the operations that clients may send. */
const kinds: Readonly<Partial<Record<number, Kind>>> = {
  [ObjectAction.mapCreate]: {
    type: 'map',
    contentOf: (operation) => ({ mapCreate: mapOf(createdBy(operation, 'map')) }),
  },
  [ObjectAction.mapSet]: {
    type: 'map',
    contentOf: ({ mapSet }) => {
      const { key, value } = fieldsOf(mapSet, 'mapSet');
      return { mapSet: { key: textOf(key, 'key'), value: dataOf(value) } };
    },
  },
  [ObjectAction.mapRemove]: {
    type: 'map',
    contentOf: ({ mapRemove }) => ({
      mapRemove: { key: textOf(fieldsOf(mapRemove, 'mapRemove')['key'], 'key') },
    }),
  },
  [ObjectAction.mapClear]: { type: 'map', contentOf: () => ({ mapClear: {} }) },
  [ObjectAction.counterCreate]: {
    type: 'counter',
    contentOf: (operation) => {
      const { count = 0 } = createdBy(operation, 'counter');
      return { counterCreate: { count: finite(count, 'count') } };
    },
  },
  [ObjectAction.counterInc]: {
    type: 'counter',
    contentOf: ({ counterInc }) => ({
      counterInc: { number: finite(fieldsOf(counterInc, 'counterInc')['number'], 'number') },
    }),
  },
};

/**
 * OOP3: an operation of a client in canonical form, with bytes as bytes and a creation as all receive it. Throws 92000 on
 * a malformed one, and 92007 on one that is not for objects of this type.
 */
export function operationOf(input: unknown): WireObjectOperation {
  const operation = fieldsOf(input, 'operation');
  const { action } = operation;
  const kind = typeof action === 'number' ? kinds[action] : undefined;
  if (!kind || typeof action !== 'number')
    throw invalid(`its action ${quote(action)} is not for clients to send`);
  const objectId = objectIdIn(operation['objectId']);
  if (typeOfId(objectId) !== kind.type)
    throw refusal(
      92007,
      400,
      `The operation is for a ${kind.type}, and ${objectId} is none: use another id.`,
    );
  return { action, objectId, ...kind.contentOf(operation) };
}

/** OD2: a value in canonical form. Throws 92000. */
export function dataOf(input: unknown): WireObjectData {
  const data = fieldsOf(input, 'value');
  const given = Object.entries(values).filter(([name]) => !isAbsent(data[name]));
  const [[name, read] = []] = given;
  if (given.length !== 1 || name === undefined || !read)
    throw invalid(`a value has exactly one of the fields ${Object.keys(values).join(', ')}`);
  const { encoding } = data;
  return { [name]: read(data[name]), ...(typeof encoding === 'string' && { encoding }) };
}

const values: Readonly<Record<string, (value: unknown) => unknown>> = {
  objectId: (value) => objectIdIn(value),
  boolean: (value) => {
    if (typeof value === 'boolean') return value;
    throw invalid('a `boolean` is true or false');
  },
  bytes: (value) => bytesOf(value),
  number: (value) => finite(value, 'number'),
  string: (value) => textOf(value, 'string'),
  json: (value) => {
    const text = textOf(value, 'json');
    jsonIn(text, 'json');
    return text;
  },
};

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value.slice(); // a copy, not a view of the frame
  try {
    return fromBase64(textOf(value, 'bytes'));
  } catch {
    throw invalid('`bytes` are base64, or bytes where frames can carry them');
  }
}

/** MCRO2, CCRO2: content of an object that is created under an id of the hash of this text. Throws 92000. */
function createdBy(operation: Fields, type: ObjectType): Fields {
  const name = `${type}CreateWithObjectId`;
  const { initialValue: text, nonce: given } = fieldsOf(operation[name], name);
  const [initialValue, nonce] = [textOf(text, 'initialValue'), textOf(given, 'nonce')];
  const objectId = String(operation['objectId']);
  const timestamp = Number(objectId.slice(objectId.indexOf('@') + 1));
  if (objectIdOf({ type, initialValue, nonce, timestamp }) !== objectId)
    throw invalid('its objectId is not the hash of `initialValue` and `nonce`');
  return fieldsOf(jsonIn(initialValue, 'initialValue'), 'initialValue');
}

function mapOf({ semantics, entries }: Fields): WireObjectsMap {
  if (!isAbsent(semantics) && semantics !== 0) throw invalid('the only `semantics` of a map is 0');
  return {
    semantics: 0,
    entries: Object.fromEntries(
      Object.entries(fieldsOf(entries ?? {}, 'entries')).map(([key, entry]): [string, WireMapEntry] => [
        key,
        { data: dataOf(fieldsOf(entry, 'entry')['data']) },
      ]),
    ),
  };
}

const objectIdPattern = /^(map|counter):[\w-]{43}@\d{1,16}$/;

function objectIdIn(value: unknown): string {
  if (value === 'root' || (typeof value === 'string' && objectIdPattern.test(value))) return value;
  throw invalid('an `objectId` is "root", or [type]:[hash]@[timestamp]');
}

function fieldsOf(value: unknown, name: string): Fields {
  if (isFields(value)) return value;
  throw invalid(`\`${name}\` is no object, or missing`);
}

function textOf(value: unknown, name: string): string {
  if (typeof value === 'string') return value;
  throw invalid(`\`${name}\` is no text, or missing`);
}

function finite(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw invalid(`\`${name}\` is no finite number, or missing`);
}

function jsonIn(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw invalid(`\`${name}\` is no JSON`);
  }
}
