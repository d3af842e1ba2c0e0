import { Described } from '../../../base/described.js';
import { wellFormed } from '../../../codec/utf8.js';
import { kindOf } from '../../wire/encodings.js';
import { ErrorInfo } from '../../wire/error-info.js';
import {
  ObjectAction,
  type WireMapEntry,
  type WireObjectData,
  type WireObjectMessage,
  type WireObjectOperation,
} from '../../wire/object-message.js';
import { encodeObjectData } from './object-data.js';
import { objectIdOf, type ObjectType } from './object-id.js';

/** RTLMV1, RTLCV1: an object that is going to be made, when it is set in a map. */
export class Blueprint extends Described {
  readonly type: ObjectType;
  /** RTLMV2a, RTLCV2a: as it was given, unchecked. */
  readonly content: unknown;

  constructor(type: ObjectType, content: unknown) {
    super();
    this.type = type;
    this.content = content;
    Object.freeze(this); // RTLMV3d, RTLCV3d
  }

  override get [Symbol.toStringTag](): string {
    return this.type === 'map' ? 'liveMap()' : 'liveCounter()';
  }

  toJSON(): unknown {
    return this.content;
  }
}

/** All that new objects take besides their values. */
export interface Making {
  /** Whether the frames can carry bytes. */
  readonly binary: boolean;
  /** Makes a text of 16 characters that no other client makes. */
  readonly nonce: () => string;
  /** RTO16: milliseconds since the epoch, by the server's clock. */
  readonly timestamp: number;
}

/** An operation to publish: as it travels, and as it is applied here. */
export interface OutgoingOperation {
  readonly wire: WireObjectMessage;
  /** RTLMV4j5, RTLCV4g5: the creation that `wire` says as a text alone; never sent. */
  readonly derived?: WireObjectOperation;
}

/** RTLM20e: the operations by which a map gets a value, those that create it first. Throws 40003 and 40013. */
export function setOperations(
  objectId: string,
  key: string,
  value: unknown,
  making: Making,
): readonly OutgoingOperation[] {
  const made: OutgoingOperation[] = [];
  const mapSet = { key: keyOf(key), value: dataOf(value, making, made) };
  return [...made, { wire: { operation: { action: ObjectAction.mapSet, objectId, mapSet } } }];
}

/** RTLM21e: the operation by which a map loses a key. Throws 40003. */
export const removeOperation = (objectId: string, key: string): OutgoingOperation => ({
  wire: { operation: { action: ObjectAction.mapRemove, objectId, mapRemove: { key: keyOf(key) } } },
});

/** RTLC12e: the operation that adds to a counter. Throws 40003. */
export const incrementOperation = (
  objectId: string,
  amount: number,
  sign: 1 | -1 = 1,
): OutgoingOperation => ({
  wire: {
    operation: { action: ObjectAction.counterInc, objectId, counterInc: { number: sign * finite(amount) } },
  },
});

/** RTPO5b: a key or a path, as it is given. Throws 40003. */
export function textOf(key: unknown): string {
  if (typeof key === 'string') return key;
  throw invalid('A key or a path has to be a string.');
}

const keyOf = (key: unknown): string => wellFormed(textOf(key));

function finite(amount: unknown): number {
  if (typeof amount === 'number' && Number.isFinite(amount)) return amount;
  throw notFinite();
}

/** RTLC12e1, RTLCV4a: the error of an amount that is none. */
export const notFinite = (): ErrorInfo => invalid('A counter counts by finite numbers.');

const invalid = (text: string): ErrorInfo => new ErrorInfo(text, { code: 40003 });

/** RTLM20e7: a value as it travels; what has to be created before is added to `made`. */
function dataOf(value: unknown, making: Making, made: OutgoingOperation[]): WireObjectData {
  if (!(value instanceof Blueprint)) return encodeObjectData(value, making.binary);
  const { type, content } = value;
  const creation = `${type}Create` as const;
  const initial =
    type === 'map'
      ? { semantics: 0, entries: entriesOf(content, making, made) } // RTLMV4e
      : { count: content === undefined ? 0 : finite(content) }; // RTLCV4b
  const initialValue = JSON.stringify(initial);
  const nonce = making.nonce();
  const objectId = objectIdOf({ type, initialValue, nonce, timestamp: making.timestamp });
  const operation = {
    action: ObjectAction[creation],
    objectId,
    [`${creation}WithObjectId`]: { initialValue, nonce },
  };
  made.push({ wire: { operation }, derived: { [creation]: initial } }); // RTLMV4k: children first
  return { objectId };
}

/** RTLMV4d; as in JSON, because they go into a text of it (RTLMV4f). */
function entriesOf(
  content: unknown = {},
  making: Making,
  made: OutgoingOperation[],
): Readonly<Record<string, WireMapEntry>> {
  if (kindOf(content) !== 'Object') throw invalid('A liveMap() takes an object of values by their keys.'); // RTLMV4a
  const inText = { ...making, binary: false };
  return Object.fromEntries(
    Object.entries(content as object).map(([key, value]) => [
      wellFormed(key),
      { data: dataOf(value, inText, made) },
    ]),
  );
}
