import type { PresenceMessage } from '../wire/presence-message.js';

/** RTP2: the members, by `memberKey`. */
export type Members = ReadonlyMap<string, PresenceMessage>;

type Contents = Map<string, PresenceMessage>;

/** How an older moment differs from the one after it. */
interface Undo {
  readonly newer: MembersSnapshot;
  readonly key: string;
  readonly before: PresenceMessage | undefined;
}

/**
 * An immutable snapshot of the members. The newest moment reads the one map that all share; an older one knows how it
 * differs from the next. So a change costs the same however many members there are and however often a list of them was
 * drawn; only walking through a moment that has passed costs a copy. There, members who have left since come last.
 */
class MembersSnapshot implements Members {
  readonly size: number;
  #contents: Contents | undefined;
  #undo: Undo | undefined = undefined;
  /** How many are walking through its map at this moment. */
  #walkers = 0;

  constructor(contents: Contents) {
    this.#contents = contents;
    this.size = contents.size;
  }

  /** Whether its map has to stay as it is. */
  get isKept(): boolean {
    return this.#walkers > 0;
  }

  /** Another moment has come, and takes the map over. */
  pass(undo: Undo): void {
    this.#contents = undefined;
    this.#undo = undo;
  }

  get(key: string): PresenceMessage | undefined {
    if (!this.#undo) return this.#contents?.get(key);
    const undo = this.#undosTo(key).at(-1);
    if (undo?.key === key) return undo.before;
    return (undo ? undo.newer : this).#contents?.get(key);
  }

  has(key: string): boolean {
    return this.get(key) !== undefined;
  }

  forEach(
    callback: (value: PresenceMessage, key: string, members: Members) => void,
    thisArgument?: unknown,
  ): void {
    for (const [key, member] of this.entries()) callback.call(thisArgument, member, key, this);
  }

  entries(): MapIterator<[string, PresenceMessage]> {
    return this.#walk((contents) => contents.entries());
  }

  keys(): MapIterator<string> {
    return this.#walk((contents) => contents.keys());
  }

  values(): MapIterator<PresenceMessage> {
    return this.#walk((contents) => contents.values());
  }

  [Symbol.iterator](): MapIterator<[string, PresenceMessage]> {
    return this.entries();
  }

  /** Walks through its map, which stays as it is as long as the walk lasts. One that nobody ends costs the next change a copy. */
  *#walk<T>(iterate: (contents: Contents) => MapIterator<T>): Generator<T, undefined> {
    const contents = this.#own();
    this.#walkers += 1;
    try {
      yield* iterate(contents);
    } finally {
      this.#walkers -= 1;
    }
    return undefined;
  }

  /** Its map, to be walked through. */
  #own(): Contents {
    if (this.#contents) return this.#contents;
    const undos = this.#undosTo();
    const newest = undos.at(-1)?.newer ?? this;
    const contents = new Map(newest.#contents);
    for (const { key, before } of undos.reverse()) {
      if (before) contents.set(key, before);
      else contents.delete(key);
    }
    this.#undo = undefined;
    this.#contents = contents;
    return contents;
  }

  /** How it differs from the next moment, that one from the next, and so on to the newest, or to the first about `key`. */
  #undosTo(key?: string): Undo[] {
    const undos: Undo[] = [];
    for (let undo = this.#undo; undo; undo = undo.newer.#undo) {
      undos.push(undo);
      if (undo.key === key) break;
    }
    return undos;
  }
}

/** The members as they change: one map, and its moments. */
export class SnapshotMap {
  #contents: Contents = new Map();
  #moment = new MembersSnapshot(this.#contents);
  /** Changes since the map was copied last: whoever keeps an old moment keeps at most so many. */
  #passed = 0;

  /** The members as they are now. */
  get now(): Members {
    return this.#moment;
  }

  /** Sets one member, or takes it out. */
  set(key: string, member: PresenceMessage | undefined): void {
    const before = this.#contents.get(key);
    const previous = this.#moment;
    const isLong = this.#passed > Math.max(64, this.#contents.size);
    if (previous.isKept || isLong) {
      this.#contents = new Map(this.#contents);
      this.#passed = 0;
    }
    const isShared = !previous.isKept && !isLong;
    if (member) this.#contents.set(key, member);
    else this.#contents.delete(key);
    this.#moment = new MembersSnapshot(this.#contents);
    if (!isShared) return;
    previous.pass({ newer: this.#moment, key, before });
    this.#passed += 1;
  }

  /** Puts others in their place. */
  replace(contents: Contents): void {
    this.#contents = contents;
    this.#moment = new MembersSnapshot(contents);
    this.#passed = 0;
  }
}
