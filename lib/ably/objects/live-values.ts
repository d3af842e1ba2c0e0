import { Blueprint } from './wire/blueprint.js';
import type { ObjectValue } from './wire/object-data.js';

declare const content: unique symbol;

/** RTLMV1: a map, as a type of what is at a path, and as a value that makes one where it is set. */
export interface LiveMap<T extends object = Readonly<Record<string, LiveValue>>> {
  readonly type: 'map';
  readonly [content]?: T;
}

/** RTLCV1: a counter, as a type of what is at a path, and as a value that makes one where it is set. */
export interface LiveCounter {
  readonly type: 'counter';
  readonly [content]?: number;
}

/** RTLM20a3: everything that a map can hold. */
export type LiveValue = ObjectValue | LiveMap<object> | LiveCounter;

/**
 * RTLMV3: a new map, for `set`: it is created with all that is in it, and set, in one publish. Checked only then: wrong keys
 * and contents reject with 40003, other types of values with 40013.
 *
 * @example
 * ```ts
 * await objectsOf(channel).set('votes', liveMap({ up: liveCounter(), title: 'Lunch?' }));
 * ```
 */
export const liveMap = <T extends object = Readonly<Record<string, LiveValue>>>(entries?: T): LiveMap<T> =>
  new Blueprint('map', entries) as LiveMap<T>; // its `type` is the one given

/** RTLCV3: a new counter, for `set`; it begins with 0 where nothing is said. Checked only then: no number rejects with 40003. */
export const liveCounter = (count?: number): LiveCounter => new Blueprint('counter', count) as LiveCounter;

/** The keys of a map. */
export type KeyOf<T> = T extends LiveMap<infer E> ? Extract<keyof E, string> : string;

/** The type at a key of a map. */
export type Child<T, K> = T extends LiveMap<infer E> ? (K extends keyof E ? E[K] : unknown) : unknown;

/** RTPO6: the type at a path of keys with dots between them. */
export type At<T, P> = P extends `${infer K}.${infer Rest}` ? At<Child<T, K>, Rest> : Child<T, P>;

/** RTPO7: the value there: the number of a counter, and nothing where a map is. */
export type ValueOf<T> = T extends LiveMap<object> ? never : T extends LiveCounter ? number : T;

/** RTPO13: the plain values there: maps are objects, and counters numbers. */
export type Compacted<T> =
  T extends LiveMap<infer E>
    ? { readonly [K in keyof E]: Compacted<E[K]> }
    : T extends LiveCounter
      ? number
      : T;
