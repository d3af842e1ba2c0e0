import { type Observable, map } from 'rxjs';
import { Batch } from './batch.js';
import { type Found, findAt, findIn, nothing, pathOfText, textOfPath } from './find.js';
import type { LiveValue } from './live-values.js';
import { ObjectView } from './object-view.js';
import { isAbsent } from './state/pool.js';
import type { LiveObjectState } from './state/live-object.js';
import type { Path } from './state/references.js';
import type { At, Child, KeyOf } from './live-values.js';
import { textOf } from './wire/blueprint.js';
import { write } from './write.js';

/** RTPO1: a place among the objects of a channel, by its path from the root: whatever is there at the moment. */
export class PathObject<T = LiveValue> extends ObjectView<T> {
  declare protected readonly place: Path;

  toJSON(): object {
    const { path, compact } = this;
    return { path, compact };
  }

  /** RTPO4: the keys from the root, with dots between them; a dot in a key has a backslash before it. */
  get path(): string {
    return textOfPath(this.place);
  }

  /**
   * RTPO6: the place at a path below, of keys with dots between them; a dot in a key is written `\.`. No I/O, and nothing has
   * to be there. Throws 40003 on what is no string.
   */
  at<P extends KeyOf<T> | (string & {})>(path: P): PathObject<At<T, P>> {
    return new PathObject(this.context, [...this.place, ...pathOfText(path)]);
  }

  /** RTPO5: the place at one key, which is taken as it is. Throws 40003 on what is no string. */
  get<K extends KeyOf<T> | (string & {})>(key: K): PathObject<Child<T, K>> {
    return new PathObject(this.context, [...this.place, textOf(key)]);
  }

  /** RTPO9: the keys of the map that is here, and their places; none where no map is, or nothing is known. */
  get entries(): readonly (readonly [key: KeyOf<T>, place: PathObject<Child<T, KeyOf<T>>>])[] {
    return this.#keys().map((key) => [key, this.get(key)] as const);
  }

  /** `entries` at once, then each time that a key comes or goes. As `value$` otherwise. */
  get entries$(): Observable<readonly (readonly [key: KeyOf<T>, place: PathObject<Child<T, KeyOf<T>>>])[]> {
    return this.watch(1, this.#keys, areSame).pipe(map(() => this.entries));
  }

  /** RTPO8: the object that is here at the moment; `undefined` where a plain value or nothing is. */
  get instance(): Instance<T> | undefined {
    const { object } = this.find();
    return object && new Instance<T>(this.context, object);
  }

  /** `instance` at once, then each time that another object is here. As `value$` otherwise. */
  get instance$(): Observable<Instance<T> | undefined> {
    return this.watch(1, () => this.find().object).pipe(map(() => this.instance));
  }

  /**
   * RTO15: several changes in one frame, applied together everywhere: `change` says them, and none is sent if it throws. Paths are
   * followed as the objects are before the first of them. Resolves and rejects as `set` does, and with 40000 where `change`
   * returns a promise: `tx` is used up once it returns.
   *
   * @example
   * ```ts
   * await root.batch((tx) => {
   *   tx.set('title', 'hello');
   *   tx.at('votes').increment('up');
   * });
   * ```
   */
  batch<R>(change: (tx: Batch<T>) => R extends PromiseLike<unknown> ? never : R): Promise<void> {
    const { pool } = this.context.objects;
    return write(this.context, () => new Batch<T>(pool, this.place, []).plans(change));
  }

  protected find(): Found {
    const { isKnown, pool } = this.context.objects;
    return isKnown ? findAt(pool, this.place) : nothing;
  }

  protected get where(): string {
    return this.path;
  }

  readonly #keys = (): readonly KeyOf<T>[] => {
    const { object } = this.find();
    const { pool } = this.context.objects;
    const entries = object?.type === 'map' ? [...object.entries] : [];
    return entries.flatMap(([key, entry]) => (isAbsent(entry, pool) ? [] : [key as KeyOf<T>])); // the user's word
  };
}

/** RTINS1: an object itself, wherever it is. */
export class Instance<T = LiveValue> extends ObjectView<T> {
  declare protected readonly place: LiveObjectState;

  toJSON(): object {
    const { id, compact } = this;
    return { id, compact };
  }

  /** RTINS3 */
  get id(): string {
    return this.place.id;
  }

  /** RTINS5: the object at a key of this map at the moment; `undefined` where there is none, or a plain value. */
  get<K extends KeyOf<T> | (string & {})>(key: K): Instance<Child<T, K>> | undefined {
    const { object } = findIn(this.find(), textOf(key), this.context.objects.pool);
    return object && new Instance(this.context, object);
  }

  protected find(): Found {
    return this.context.objects.isKnown ? { object: this.place } : nothing;
  }

  protected get where(): string {
    return this.id;
  }
}

const areSame = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((key, at) => key === other[at]);
