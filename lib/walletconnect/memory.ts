import { catchError, defer, from, map, type Observable, of } from 'rxjs';

/** Keeps text beyond the end of a process: `localStorage`, AsyncStorage, or the SDK's own `core.storage`. */
export interface RelayerStorage {
  readonly getItem: (name: string) => unknown;
  readonly setItem: (name: string, value: string) => unknown;
}

interface Kept {
  readonly topics: readonly string[];
  readonly messages: readonly (readonly [topic: string, message: string])[];
}

interface MemorySettings {
  readonly storage: RelayerStorage;
  readonly name: string;
  /** Called with an error that loses nothing of this process. */
  readonly warn: (text: string, cause?: unknown) => void;
}

/** Bounds of that which is kept; the relay's own mailbox is bounded too. */
const most = { topics: 1000, messages: 500, characters: 1024 * 1024 };

/**
 * Remembers, for the next process, the topics that are subscribed to, and the messages that were handed to the SDK and not
 * acknowledged by it: the relay has forgotten these. Keeps each message as the relay has delivered it, sealed.
 */
export class Memory {
  readonly #settings: MemorySettings;
  readonly #topics = new Set<string>();
  /** By topic, then by text. True for a message that this process has handed to the SDK, false for one that it has yet to. */
  readonly #messages = new Map<string, Map<string, boolean>>();
  #characters = 0;
  #count = 0;
  #isWriting = false;
  #isStale = false;

  constructor(settings: MemorySettings) {
    this.#settings = settings;
  }

  /** Reads what the process before has left, and emits its topics; at once, where the storage answers at once. */
  restore(): Observable<readonly string[]> {
    const { storage, name, warn } = this.#settings;
    return defer(() => {
      const given = storage.getItem(name);
      return isThenable(given) ? from(given) : of(given);
    }).pipe(
      map((text) => {
        const { topics, messages } = keptIn(text);
        for (const [topic, message] of messages) this.#add(topic, message, false);
        return topics;
      }),
      catchError((error: unknown) => {
        warn('What an earlier process has kept cannot be read. Its sessions have to be paired again.', error);
        return of([]);
      }),
    );
  }

  /** Keeps a topic for the next process, or does so no longer; then its messages are forgotten, too. */
  subscribed(topic: string, isSubscribed: boolean): void {
    if (isSubscribed) this.#topics.add(topic);
    else {
      this.#topics.delete(topic);
      for (const message of this.#messages.get(topic)?.keys() ?? []) this.#remove(topic, message);
    }
    if (this.#topics.size > most.topics)
      this.#settings.warn(`Only the latest ${most.topics} subscriptions are kept for the next process.`);
    this.#write();
  }

  /** Keeps a message that is about to be handed over; `false` for one that was, by this process. */
  handing(topic: string, message: string): boolean {
    const known = this.#messages.get(topic)?.get(message);
    if (known === true) return false;
    if (known === undefined) this.#add(topic, message, true);
    else this.#messages.get(topic)?.set(message, true);
    this.#bound();
    this.#write();
    return true;
  }

  /** Forgets a message: the SDK has done with it. */
  acknowledged(topic: string, message: string): void {
    if (this.#remove(topic, message)) this.#write();
  }

  /** Gives the messages that an earlier process has left, once; a message that this one has handed over is not among them. */
  take(topic: string): string[] {
    const messages = this.#messages.get(topic) ?? new Map<string, boolean>();
    const left = [...messages].flatMap(([message, isHanded]) => (isHanded ? [] : [message]));
    for (const message of left) messages.set(message, true);
    return left;
  }

  #add(topic: string, message: string, isHanded: boolean): void {
    const messages = this.#messages.get(topic) ?? new Map<string, boolean>();
    this.#messages.set(topic, messages.set(message, isHanded));
    this.#characters += message.length;
    this.#count += 1;
  }

  #remove(topic: string, message: string): boolean {
    const messages = this.#messages.get(topic);
    if (messages?.delete(message) !== true) return false;
    if (messages.size === 0) this.#messages.delete(topic);
    this.#characters -= message.length;
    this.#count -= 1;
    return true;
  }

  /** Drops the oldest ones that are too many: they are with the SDK, and lost only if the process ends before it is done. */
  #bound(): void {
    if (this.#count <= most.messages && this.#characters <= most.characters) return;
    this.#settings.warn('The SDK leaves too many messages unacknowledged: the oldest is not kept any more.');
    for (const [topic, messages] of this.#messages)
      for (const message of messages.keys()) {
        if (this.#count <= most.messages && this.#characters <= most.characters) return;
        this.#remove(topic, message);
      }
  }

  /** Writes the newest state, one write at a time: at once, if none is on its way, and so before the relay hears of it. */
  #write(): void {
    this.#isStale = true;
    while (this.#isStale && !this.#isWriting) {
      this.#isStale = false;
      try {
        const written = this.#settings.storage.setItem(this.#settings.name, this.#text());
        if (isThenable(written)) this.#await(written);
      } catch (error) {
        this.#warnOfStorage(error);
      }
    }
  }

  #await(written: PromiseLike<unknown>): void {
    this.#isWriting = true;
    const next = (): void => {
      this.#isWriting = false;
      if (this.#isStale) this.#write();
    };
    written.then(next, (error: unknown) => {
      this.#warnOfStorage(error);
      next();
    });
  }

  #warnOfStorage(error: unknown): void {
    this.#settings.warn('The storage takes nothing: the next process will have to pair again.', error);
  }

  #text(): string {
    const messages = [...this.#messages].flatMap(([topic, texts]) =>
      [...texts.keys()].map((text) => [topic, text] as const),
    );
    return JSON.stringify({ topics: [...this.#topics].slice(-most.topics), messages } satisfies Kept);
  }
}

/** Like that of `base`, of which this entry takes nothing: it is built once for all places, and would bring that along. */
const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function';

const isText = (value: unknown): value is string => typeof value === 'string';

function keptIn(text: unknown): Kept {
  if (text === null || text === undefined) return { topics: [], messages: [] };
  const { topics, messages } = JSON.parse(text as string) as Partial<Kept>;
  const isKept =
    topics?.every(isText) === true &&
    messages?.every((pair) => (pair as readonly unknown[]).length === 2 && pair.every(isText)) === true;
  if (!isKept) throw new TypeError('The text in the storage is malformed. Remove it.');
  return { topics, messages };
}
