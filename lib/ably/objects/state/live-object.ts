import type { ObjectValue } from '../wire/object-data.js';

/** RTLO3f: a place in a map where an object is. */
export interface Reference {
  readonly parent: LiveMapState;
  readonly key: string;
}

interface Common {
  readonly id: string;
  /** RTLO3b: the serial of the last operation of each site; for `serialOf` and `noteSerial` alone. */
  sites: Record<string, string>;
  /** RTLO3c: whether its creation has been merged. */
  isCreated: boolean;
  /** RTLO3d, RTLO3e: milliseconds since the epoch; `undefined` while it is not deleted. */
  tombstonedAt: number | undefined;
  /** RTLO3f: all places in maps where it is. */
  references: Reference[];
  /** RTLM5d2f1: whether it is only referred to, by a sync that does not have it, and reads as nothing. */
  isMissing: boolean;
}

/** OME2, RTLM3a: the entry at a key of a map. */
export interface MapEntry {
  /** The serial of the operation that it comes of; none where it comes of a creation that the server has not seen yet. */
  readonly timeserial: string | undefined;
  /** RTLM3a1: set where the key was removed. */
  readonly tombstonedAt: number | undefined;
  /** The object that is there, where it is one. */
  readonly objectId: string | undefined;
  readonly value: ObjectValue | undefined;
}

/** RTLM1: a map as it is at the moment; operations change it in place, because it may have ten thousand keys. */
export interface LiveMapState extends Common {
  readonly type: 'map';
  entries: Map<string, MapEntry>;
  /** RTLM25 */
  clearTimeserial: string | undefined;
}

/** RTLC1: a counter as it is at the moment. */
export interface LiveCounterState extends Common {
  readonly type: 'counter';
  count: number;
}

/** RTLO1 */
export type LiveObjectState = LiveMapState | LiveCounterState;

/** RTLM4 */
export const emptyMap = (id: string): LiveMapState => ({
  id,
  type: 'map',
  sites: {},
  isCreated: false,
  tombstonedAt: undefined,
  references: [],
  isMissing: false,
  entries: new Map(),
  clearTimeserial: undefined,
});

/** RTLC4 */
export const emptyCounter = (id: string): LiveCounterState => ({
  id,
  type: 'counter',
  sites: {},
  isCreated: false,
  tombstonedAt: undefined,
  references: [],
  isMissing: false,
  count: 0,
});

/** RTLO4a4: the serial of the last operation of a site; a member that all objects inherit is none. */
export const serialOf = ({ sites }: LiveObjectState, site: string): string | undefined =>
  Object.hasOwn(sites, site) ? sites[site] : undefined;

/** RTLC7c, RTLM15c: notes the serial of the last operation of a site, which may be called `__proto__`. */
export function noteSerial(object: LiveObjectState, site: string, serial: string): void {
  if (Object.hasOwn(object.sites, site)) object.sites[site] = serial;
  else object.sites = { ...object.sites, [site]: serial };
}
