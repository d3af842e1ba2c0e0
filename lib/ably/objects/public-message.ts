import type { WireObjectData, WireObjectMessage } from '../wire/object-message.js';
import { decodeObjectData, type ObjectValue } from './wire/object-data.js';

/** OOP2: the actions of operations, by their number on the wire. */
const actions = [
  'map.create',
  'map.set',
  'map.remove',
  'counter.create',
  'counter.inc',
  'object.delete',
  'map.clear',
] as const;
/** OOP2: the action of an operation; a number that this library does not know yet is `unknown` (OOP2a). */
export type ObjectAction = (typeof actions)[number] | 'unknown';

/** OD2: a value, or the id of an object. */
export interface ObjectData {
  readonly objectId?: string;
  readonly value?: ObjectValue | undefined;
}

/** PAOOP2: an operation that has changed objects. */
export interface ObjectOperation {
  readonly action: ObjectAction;
  readonly objectId: string;
  readonly mapCreate?: { readonly entries: Readonly<Record<string, ObjectData>> };
  readonly mapSet?: { readonly key: string; readonly value: ObjectData };
  readonly mapRemove?: { readonly key: string };
  readonly counterCreate?: { readonly count: number };
  readonly counterInc?: { readonly number: number };
  readonly objectDelete?: object;
  readonly mapClear?: object;
}

/** PAOM2: the message that has brought an operation. */
export interface ObjectMessage {
  readonly id: string | undefined;
  readonly clientId: string | undefined;
  readonly connectionId: string | undefined;
  /** Milliseconds since the epoch. */
  readonly timestamp: number | undefined;
  readonly channel: string;
  readonly operation: ObjectOperation;
  readonly serial: string | undefined;
  readonly serialTimestamp: number | undefined;
  readonly siteCode: string | undefined;
  readonly extras: unknown;
}

/** PAOM3; `undefined` where the message brought no operation, as in a sync. */
export function objectMessageOf(
  wire: WireObjectMessage | undefined,
  channel: string,
): ObjectMessage | undefined {
  if (!wire?.operation) return undefined;
  const { id, clientId, connectionId, timestamp, serial, serialTimestamp, siteCode, extras } = wire;
  const { action, objectId = '', mapCreate, mapSet, mapRemove } = wire.operation;
  const { counterCreate, counterInc, objectDelete, mapClear } = wire.operation;
  const operation: ObjectOperation = {
    action: actions[action ?? -1] ?? 'unknown',
    objectId,
    ...(mapCreate && {
      mapCreate: {
        entries: Object.fromEntries(
          Object.entries(mapCreate.entries ?? {}).map(([key, entry]) => [key, dataOf(entry?.data)]),
        ),
      },
    }), // PAOOP3b
    ...(mapSet && { mapSet: { key: mapSet.key ?? '', value: dataOf(mapSet.value) } }),
    ...(mapRemove && { mapRemove: { key: mapRemove.key ?? '' } }),
    ...(counterCreate && { counterCreate: { count: counterCreate.count ?? 0 } }), // PAOOP3c
    ...(counterInc && { counterInc: { number: counterInc.number ?? 0 } }),
    ...(objectDelete && { objectDelete }), // PAOOP3a
    ...(mapClear && { mapClear }),
  };
  return {
    id,
    clientId,
    connectionId,
    timestamp,
    channel,
    operation,
    serial,
    serialTimestamp,
    siteCode,
    extras,
  };
}

const dataOf = (data: WireObjectData | null | undefined): ObjectData =>
  data?.objectId ? { objectId: data.objectId } : { value: decodeObjectData(data ?? {}) };
