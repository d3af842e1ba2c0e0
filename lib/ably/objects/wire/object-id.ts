import { hash } from '@stablelib/sha256';
import { toBase64Url } from '../../../codec/base64.js';
import { toUtf8 } from '../../../codec/utf8.js';

/** RTO3b: the id of the map from which all paths go. */
export const rootId = 'root';

/** The kind of an object. */
export type ObjectType = 'map' | 'counter';

/** RTO14a: all that an id is made of. */
export interface ObjectIdParts {
  readonly type: ObjectType;
  /** The object as it is created, as JSON. */
  readonly initialValue: string;
  /** A text of 16 characters or more that no other client makes. */
  readonly nonce: string;
  /** Milliseconds since the epoch, by the server's clock. */
  readonly timestamp: number;
}

/** RTO14: the id of a new object. */
export const objectIdOf = ({ type, initialValue, nonce, timestamp }: ObjectIdParts): string =>
  `${type}:${toBase64Url(hash(toUtf8(`${initialValue}:${nonce}`)))}@${timestamp}`;

/** RTO6b: the kind of object that an id names; `undefined` where it names none that this library knows. */
export function typeOfId(id: string): ObjectType | undefined {
  if (id === rootId) return 'map';
  return /^(map|counter):/.exec(id)?.[1] as ObjectType | undefined;
}
