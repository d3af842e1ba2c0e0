import { Described } from '../../base/described.js';
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
class MembersSnapshot extends Described implements Members {
  readonly size: number;
  #contents: Contents | undefined;
  #undo: Undo | undefined = undefined;
  /** How many are walking through its map at this moment, so that it has to stay as it is. */
  walkers = 0;

  constructor(contents: Contents) {
    super();
    this.#contents = contents;
    this.size = contents.size;
  }

  override get [Symbol.toStringTag](): string {
    return 'Members';
  }

  /** The members, as a list. */
  toJSON(): readonly PresenceMessage[] {
    return [...this.values()];
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
    return walk(this, () => this.#own().entries());
  }

  keys(): MapIterator<string> {
    return walk(this, () => this.#own().keys());
  }

  values(): MapIterator<PresenceMessage> {
    return walk(this, () => this.#own().values());
  }

  [Symbol.iterator](): MapIterator<[string, PresenceMessage]> {
    return this.entries();
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

/** The prototype of all iterators of the platform, with the helpers that it has. */
const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/**
 * Walks through the map of a moment, which stays as it is from the first step to the last. One that nobody ends costs the
 * next change a copy. An iterator by hand, because a generator costs twice as much a step.
 */
class Walk<T> {
  readonly #moment: MembersSnapshot;
  readonly #begin: () => MapIterator<T>;
  #steps: Iterator<T, undefined> | undefined = undefined;
  #isWalking = false;

  constructor(moment: MembersSnapshot, begin: () => MapIterator<T>) {
    this.#moment = moment;
    this.#begin = begin;
  }

  next(): IteratorResult<T, undefined> {
    if (!this.#steps) {
      this.#steps = this.#begin();
      this.#isWalking = true;
      this.#moment.walkers += 1;
    }
    const step = this.#steps.next();
    if (step.done) this.#stop();
    return step;
  }

  /** A loop was left before its end. */
  return(): IteratorResult<T, undefined> {
    this.#stop();
    this.#steps = [].values();
    return { done: true, value: undefined };
  }

  #stop(): void {
    if (this.#isWalking) this.#moment.walkers -= 1;
    this.#isWalking = false;
  }
}
Object.setPrototypeOf(Walk.prototype, iterators);

const walk = <T>(moment: MembersSnapshot, begin: () => MapIterator<T>): MapIterator<T> =>
  new Walk(moment, begin) as unknown as MapIterator<T>;

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
    if (previous.walkers > 0 || isLong) {
      this.#contents = new Map(this.#contents);
      this.#passed = 0;
    }
    const isShared = previous.walkers === 0 && !isLong;
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
