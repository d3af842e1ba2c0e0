import { SnapshotMap } from '../../base/maps/snapshot-map.js';

/** The values of a map by their keys. */
type Contents = Map<string, unknown>;

/** A plain object that never changes once it was made, and the way to make the next one of it. */
export interface View {
  readonly object: object;
  at(key: string): unknown;
  /** All keys and values, as a copy. */
  copy(): Contents;
  /** Makes it whole, once: as the one before, but for these. `undefined` takes a key out. */
  take(changed: ReadonlyMap<string, unknown>, before?: View): void;
}

/** From so many keys on it takes longer to copy an object than to share one. */
const many = 256;

/** A view of about so many keys, still empty: there may be references to its object before it is whole. */
export const viewOf = (size: number): View => (size > many ? new SharedView() : new PlainView());

/** An object with its values in it. */
class PlainView implements View {
  readonly object: Record<string, unknown> = {};

  at(key: string): unknown {
    return Object.hasOwn(this.object, key) ? this.object[key] : undefined;
  }

  copy(): Contents {
    return new Map(Object.entries(this.object));
  }

  take(changed: ReadonlyMap<string, unknown>, before?: View): void {
    if (before instanceof PlainView && before.at(special) === undefined)
      Object.assign(this.object, before.object);
    else if (before) this.#put(before.copy());
    this.#put(changed);
  }

  #put(values: Iterable<readonly [string, unknown]>): void {
    for (const [key, value] of values)
      if (value === undefined) Reflect.deleteProperty(this.object, key);
      else if (key === special) Object.defineProperty(this.object, key, described(value));
      else this.object[key] = value;
  }
}

/** The one name that would change an object where it is assigned. */
const special = '__proto__';
const described = (value: unknown): PropertyDescriptor => ({
  value,
  writable: true,
  enumerable: true,
  configurable: true,
});

/**
 * An object of many keys: a moment of a map that it shares with those before it, so that the next one costs the same however
 * many keys there are.
 */
class SharedView implements View, ProxyHandler<object> {
  readonly object: object = new Proxy({}, this);
  #values = new SnapshotMap<unknown>('Map');
  /** Stays empty until it is made whole. */
  #moment = this.#values.now;

  at(key: string | symbol): unknown {
    return this.#moment.get(key as string); // at a symbol there is nothing
  }

  copy(): Contents {
    return new Map(this.#moment);
  }

  take(changed: ReadonlyMap<string, unknown>, before?: View): void {
    if (before instanceof SharedView) this.#values = before.#values;
    else if (before) this.#values.replace(before.copy());
    for (const [key, value] of changed) this.#values.set(key, value);
    this.#moment = this.#values.now;
  }

  get(target: object, key: string | symbol): unknown {
    const value = this.at(key);
    return value === undefined ? (Reflect.get(target, key) as unknown) : value;
  }

  has(target: object, key: string | symbol): boolean {
    return this.at(key) !== undefined || Reflect.has(target, key);
  }

  ownKeys(): string[] {
    return [...this.#moment.keys()];
  }

  getOwnPropertyDescriptor(_: object, key: string | symbol): PropertyDescriptor | undefined {
    const value = this.at(key);
    return value === undefined ? undefined : described(value);
  }

  set(): boolean {
    return false;
  }

  defineProperty(): boolean {
    return false;
  }

  deleteProperty(): boolean {
    return false;
  }

  preventExtensions(): boolean {
    return false;
  }
}
