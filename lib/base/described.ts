const inspect = Symbol.for('nodejs.util.inspect.custom');

/** Prints a value, as Node does it. */
type Inspect = (value: unknown, options: object) => string;

/**
 * The base of what users hold on to: it prints, in Node's console too, and is made JSON of, as what it says of itself in
 * `toJSON`, which repeats no secret.
 */
export abstract class Described {
  /** Keeps it as it is in Vue, whose proxies cannot read private fields. */
  get __v_skip(): true {
    return true;
  }

  /** The name of its class: `[object RealtimeClient]`. */
  get [Symbol.toStringTag](): string {
    return this.constructor.name;
  }

  abstract toJSON(): unknown;

  /** @internal */
  [inspect](_depth: number, options: object, print: Inspect): string {
    return `${this[Symbol.toStringTag]} ${print(this.toJSON(), options)}`;
  }
}

/** The inside of a face. Throws a TypeError where that is none, or of another copy of this library. */
export let insideOf: <T>(face: Holder<T>) => T;

/** The base of faces: what users hold on to, around an inside that functions of this library reach, and nothing else does. */
export abstract class Holder<T> extends Described {
  readonly #inside: T;

  static {
    insideOf = (face) => face.#inside;
  }

  /** @internal */
  constructor(inside: T) {
    super();
    this.#inside = inside;
  }
}

/** Has an object that is of no such class print, and be made JSON of, as what `toJSON` says. Returns the object. */
export const describeAs = <T extends object>(name: string, object: T, toJSON: () => object): T =>
  Object.defineProperties(object, {
    toJSON: { value: toJSON },
    [inspect]: {
      value: (_depth: number, options: object, print: Inspect) => `${name} ${print(toJSON(), options)}`,
    },
  });
