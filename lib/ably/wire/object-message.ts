/** OOP2: the actions of operations on objects, by their number on the wire. */
export const ObjectAction = {
  mapCreate: 0,
  mapSet: 1,
  mapRemove: 2,
  counterCreate: 3,
  counterInc: 4,
  objectDelete: 5,
  mapClear: 6,
} as const;

/** OD2, as it travels: a reference to an object, or one value. Bytes are base64 where frames are JSON, and JSON is a text. */
export interface WireObjectData {
  readonly objectId?: string;
  readonly encoding?: string;
  readonly boolean?: boolean;
  readonly bytes?: Uint8Array | string;
  readonly number?: number;
  readonly string?: string;
  readonly json?: string;
}

/** OME2 */
export interface WireMapEntry {
  readonly tombstone?: boolean;
  readonly timeserial?: string;
  readonly serialTimestamp?: number;
  readonly data?: WireObjectData | null;
}

/** OMP3, MCR2 */
export interface WireObjectsMap {
  /** OMP2: 0 is "last write wins", the only one that there is. */
  readonly semantics?: number;
  readonly entries?: Readonly<Record<string, WireMapEntry | null>>;
  /** OMP3c */
  readonly clearTimeserial?: string;
}

/** OCN2, CCR2 */
export interface WireObjectsCounter {
  readonly count?: number;
}

/** MCRO2, CCRO2: a creation under an id that the client has made, of the hash of this text. */
export interface WireCreateWithObjectId {
  readonly initialValue?: string;
  readonly nonce?: string;
}

/** OOP3; every field may be missing. */
export interface WireObjectOperation {
  readonly action?: number;
  readonly objectId?: string;
  readonly mapCreate?: WireObjectsMap;
  readonly mapSet?: { readonly key?: string; readonly value?: WireObjectData };
  readonly mapRemove?: { readonly key?: string };
  readonly counterCreate?: WireObjectsCounter;
  readonly counterInc?: { readonly number?: number };
  readonly objectDelete?: object;
  readonly mapCreateWithObjectId?: WireCreateWithObjectId;
  readonly counterCreateWithObjectId?: WireCreateWithObjectId;
  readonly mapClear?: object;
}

/** OST2; every field may be missing. */
export interface WireObjectState {
  readonly objectId?: string;
  readonly siteTimeserials?: Readonly<Record<string, string>>;
  readonly tombstone?: boolean;
  readonly createOp?: WireObjectOperation;
  readonly map?: WireObjectsMap;
  readonly counter?: WireObjectsCounter;
}

/** OM2, as it travels; every field may be missing. */
export interface WireObjectMessage {
  readonly id?: string;
  readonly clientId?: string;
  readonly connectionId?: string;
  readonly extras?: unknown;
  readonly timestamp?: number;
  /** OM2f: in frames OBJECT. */
  readonly operation?: WireObjectOperation;
  /** OM2g: in frames OBJECT_SYNC. */
  readonly object?: WireObjectState;
  readonly serial?: string;
  readonly serialTimestamp?: number;
  readonly siteCode?: string;
}
