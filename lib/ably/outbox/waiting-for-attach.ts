import type { Numbered, Pending } from './pending-queue.js';

const none: readonly Pending[] = [];

/** Frames that wait for their channel to be attached, in order (RTP16b). */
export class WaitingForAttach {
  readonly #channels = new Map<string, Pending[]>();
  readonly #frames = new Set<Numbered>();
  #size = 0;

  /** How many wait. */
  get length(): number {
    return this.#frames.size;
  }

  /** Their sizes together, in bytes. */
  get size(): number {
    return this.#size;
  }

  push(pending: Pending): void {
    const { channel = '' } = pending.frame;
    const waiting = this.#channels.get(channel);
    if (waiting) waiting.push(pending);
    else this.#channels.set(channel, [pending]);
    this.#frames.add(pending.frame);
    this.#size += pending.size;
  }

  has(frame: Numbered): boolean {
    return this.#frames.has(frame);
  }

  /** Keeps these ahead of all that wait already. */
  putBack(earlier: readonly Pending[]): void {
    const later = this.drain();
    for (const pending of [...earlier, ...later]) this.push(pending);
  }

  /** Takes out all that wait for a channel. */
  takeOf(channel: string): readonly Pending[] {
    const waiting = this.#channels.get(channel);
    if (!waiting) return none;
    this.#channels.delete(channel);
    for (const { frame, size } of waiting) {
      this.#frames.delete(frame);
      this.#size -= size;
    }
    return waiting;
  }

  /** Takes out all. */
  drain(): readonly Pending[] {
    return [...this.#channels.keys()].flatMap((channel) => this.takeOf(channel));
  }
}
