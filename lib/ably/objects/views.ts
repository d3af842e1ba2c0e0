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

/** Puts values in; `undefined` takes a key out. */
function put(contents: Contents, values: ReadonlyMap<string, unknown>): void {
  for (const [key, value] of values)
    if (value === undefined) contents.delete(key);
    else contents.set(key, value);
}

/**
 * An object of many keys. The newest one reads the map that all of them share; an older one knows how it differs from the
 * next. So the next one costs the same however many keys there are; only walking through an old one costs a copy.
 */
class SharedView implements View, ProxyHandler<object> {
  readonly object: object = new Proxy({}, this);
  /** `undefined` once a newer one has it. */
  #contents: Contents | undefined = undefined;
  #newer: SharedView | undefined = undefined;
  /** The values that the newer one has changed, as they were. */
  readonly #undo: Contents = new Map();
  /** How many have shared the map since it was copied last: an old one that is kept keeps at most so many. */
  #shared = 0;

  at(key: string): unknown {
    if (this.#contents) return this.#contents.get(key);
    if (this.#undo.has(key)) return this.#undo.get(key);
    let view = this.#newer;
    while (view && !view.#contents && !view.#undo.has(key)) view = view.#newer;
    return view && (view.#contents ?? view.#undo).get(key);
  }

  copy(): Contents {
    const undos: Contents[] = [];
    let view = this.#newer;
    if (!this.#contents) undos.push(this.#undo);
    for (; view && !this.#contents && !view.#contents; view = view.#newer) undos.push(view.#undo);
    const contents: Contents = new Map(this.#contents ?? (view && view.#contents));
    for (const undo of undos.reverse()) put(contents, undo);
    return contents;
  }

  take(changed: ReadonlyMap<string, unknown>, before?: View): void {
    const older = before instanceof SharedView ? before : undefined;
    const shared = older && older.#contents;
    const isShared = older !== undefined && shared !== undefined && older.#shared < shared.size;
    const contents = (isShared ? shared : before?.copy()) ?? new Map<string, unknown>();
    this.#contents = contents;
    if (isShared) for (const key of changed.keys()) older.#undo.set(key, contents.get(key));
    put(contents, changed);
    if (!isShared) return;
    this.#shared = older.#shared + 1;
    older.#contents = undefined;
    older.#newer = this;
  }

  get(target: object, key: string | symbol): unknown {
    const value = typeof key === 'string' ? this.at(key) : undefined;
    return value === undefined ? (Reflect.get(target, key) as unknown) : value;
  }

  has(target: object, key: string | symbol): boolean {
    return (typeof key === 'string' && this.at(key) !== undefined) || Reflect.has(target, key);
  }

  ownKeys(): string[] {
    if (!this.#contents) {
      this.#contents = this.copy(); // a list of its keys is often followed by its values
      this.#newer = undefined;
    }
    return [...this.#contents.keys()];
  }

  getOwnPropertyDescriptor(_: object, key: string | symbol): PropertyDescriptor | undefined {
    const value = typeof key === 'string' ? this.at(key) : undefined;
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
