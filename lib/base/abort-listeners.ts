/**
 * What is to be given up when its AbortSignal is aborted. One listener per signal, however many entries wait with it, and
 * none as soon as nobody does: a signal may live as long as the page.
 */
export class AbortListeners<T> {
  readonly #waiting = new Map<AbortSignal, Set<T>>();
  readonly #giveUp: (entry: T, signal: AbortSignal) => void;

  constructor(giveUp: (entry: T, signal: AbortSignal) => void) {
    this.#giveUp = giveUp;
  }

  /** Has the entry given up when the signal, which is not aborted yet, is aborted. */
  watch(signal: AbortSignal, entry: T): void {
    const entries = this.#waiting.get(signal) ?? new Set();
    if (entries.size === 0) {
      this.#waiting.set(signal, entries);
      signal.addEventListener('abort', this.#aborted);
    }
    entries.add(entry);
  }

  /** The signal does not matter to the entry any more. */
  forget(signal: AbortSignal, entry: T): void {
    const entries = this.#waiting.get(signal);
    if (entries?.delete(entry) && entries.size === 0) this.#leave(signal);
  }

  readonly #aborted = ({ target }: Event): void => {
    const signal = target as AbortSignal; // what it was added to
    const entries = this.#waiting.get(signal) ?? [];
    this.#leave(signal);
    for (const entry of entries) this.#giveUp(entry, signal);
  };

  #leave(signal: AbortSignal): void {
    this.#waiting.delete(signal);
    signal.removeEventListener('abort', this.#aborted);
  }
}
