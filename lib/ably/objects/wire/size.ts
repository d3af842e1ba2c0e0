import { byteLengthOf } from '../../../codec/codec.js';
import { sizeOfData, sizeOfJson } from '../../wire/outgoing.js';
import type {
  WireObjectData,
  WireObjectMessage,
  WireObjectOperation,
  WireObjectsCounter,
  WireObjectsMap,
} from '../../wire/object-message.js';

/**
 * OM3: the size of a message as it counts against `maxMessageSize`. Of a creation under an id of its own, `derived` says what
 * is created (OOP4h2, OOP4k2).
 */
export const sizeOfObjectMessage = (
  { clientId, operation, object, extras }: WireObjectMessage,
  derived: WireObjectOperation = {},
): number =>
  (clientId?.length ?? 0) +
  (operation ? sizeOfOperation({ ...derived, ...operation }) : 0) +
  (object
    ? sizeOfMap(object.map) +
      sizeOfCounter(object.counter) +
      (object.createOp ? sizeOfOperation(object.createOp) : 0)
    : 0) +
  sizeOfJson(extras);

/** OOP4 */
export const sizeOfOperation = ({
  mapCreate,
  mapSet,
  mapRemove,
  counterCreate,
  counterInc,
}: WireObjectOperation): number =>
  sizeOfMap(mapCreate) +
  (mapSet?.key?.length ?? 0) +
  sizeOfObjectData(mapSet?.value) +
  (mapRemove?.key?.length ?? 0) +
  sizeOfCounter(counterCreate) +
  (counterInc?.number == null ? 0 : 8);

/** MCR3, OMP4 */
const sizeOfMap = (map: WireObjectsMap | undefined): number =>
  Object.entries(map?.entries ?? {}).reduce(
    (size, [key, entry]) => size + key.length + sizeOfObjectData(entry?.data ?? {}),
    0,
  );

/** CCR3, OCN3 */
const sizeOfCounter = (counter: WireObjectsCounter | undefined): number => (counter?.count == null ? 0 : 8);

/** OD3 */
export function sizeOfObjectData({ boolean, bytes, number, string, json }: WireObjectData = {}): number {
  if (bytes != null) return sizeOfData(bytes, 'base64');
  if (json != null) return byteLengthOf(json);
  return (boolean == null ? 0 : 1) + (number == null ? 0 : 8) + (string?.length ?? 0);
}
