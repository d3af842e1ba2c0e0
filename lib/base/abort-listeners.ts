/**
 * Calls `giveUp` for each entry whose AbortSignal is aborted. Adds one listener per signal, however many entries it has, and
 * removes it with the last entry: a signal may live as long as the page.
 */
export class AbortListeners<T> {
  readonly #waiting = new Map<AbortSignal, Set<T>>();
  readonly #giveUp: (entry: T, signal: AbortSignal) => void;

  constructor(giveUp: (entry: T, signal: AbortSignal) => void) {
    this.#giveUp = giveUp;
  }

  /** Watches a signal, which must not be aborted yet, for an entry. */
  watch(signal: AbortSignal, entry: T): void {
    const entries = this.#waiting.get(signal) ?? new Set();
    if (entries.size === 0) {
      this.#waiting.set(signal, entries);
      signal.addEventListener('abort', this.#aborted);
    }
    entries.add(entry);
  }

  /** Stops watching the signal for an entry. */
  forget(signal: AbortSignal, entry: T): void {
    const entries = this.#waiting.get(signal);
    if (entries?.delete(entry) && entries.size === 0) this.#leave(signal);
  }

  readonly #aborted = ({ target }: Event): void => {
    const signal = target as AbortSignal; // the target it was added to
    const entries = this.#waiting.get(signal) ?? [];
    this.#leave(signal);
    for (const entry of entries) this.#giveUp(entry, signal);
  };

  #leave(signal: AbortSignal): void {
    this.#waiting.delete(signal);
    signal.removeEventListener('abort', this.#aborted);
  }
}
