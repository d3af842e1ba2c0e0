import { catchError, defer, from, map, type Observable, of, Subject, throttle } from 'rxjs';

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

interface Message {
  readonly topic: string;
  readonly message: string;
  /** True for one that this process has handed to the SDK, false for one that it has yet to. */
  isHanded: boolean;
}

/**
 * Remembers, for the next process, the topics that are subscribed to, and the messages that were handed to the SDK and not
 * acknowledged by it: the relay has forgotten these. Keeps each message as the relay has delivered it, sealed.
 */
export class Memory {
  readonly #settings: MemorySettings;
  readonly #topics = new Set<string>();
  /** By topic and text, the oldest first. */
  readonly #messages = new Map<string, Message>();
  readonly #changes = new Subject<void>();

  constructor(settings: MemorySettings) {
    this.#settings = settings;
    const oneAtATime = { leading: true, trailing: true }; // of the changes during a write, the last one is written after it
    this.#changes.pipe(throttle(() => this.#write(), oneAtATime)).subscribe();
  }

  /** Reads what the process before has left, and emits its topics; at once, where the storage answers at once. */
  restore(): Observable<readonly string[]> {
    const { storage, name, warn } = this.#settings;
    return answered(() => storage.getItem(name)).pipe(
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
      for (const [key, message] of this.#messages) if (message.topic === topic) this.#messages.delete(key);
    }
    if (this.#topics.size > most.topics)
      this.#settings.warn(`Only the latest ${most.topics} subscriptions are kept for the next process.`);
    this.#changes.next();
  }

  /** Keeps a message that is about to be handed over; `false` for one that was, by this process. */
  handing(topic: string, message: string): boolean {
    if (this.#messages.get(keyOf(topic, message))?.isHanded === true) return false;
    this.#add(topic, message, true);
    this.#bound();
    this.#changes.next();
    return true;
  }

  /** Forgets a message: the SDK has done with it. */
  acknowledged(topic: string, message: string): void {
    if (this.#messages.delete(keyOf(topic, message))) this.#changes.next();
  }

  /** Gives the messages that an earlier process has left, once; a message that this one has handed over is not among them. */
  take(topic: string): string[] {
    const left = [...this.#messages.values()].filter((each) => each.topic === topic && !each.isHanded);
    return left.map((each) => {
      each.isHanded = true;
      return each.message;
    });
  }

  #add(topic: string, message: string, isHanded: boolean): void {
    this.#messages.set(keyOf(topic, message), { topic, message, isHanded });
  }

  /** Drops the oldest ones that are too many: they are with the SDK, and lost only if the process ends before it is done. */
  #bound(): void {
    let [count, characters] = [0, 0];
    for (const [key, { message }] of [...this.#messages].reverse()) {
      count += 1;
      characters += message.length;
      if (count <= most.messages && characters <= most.characters) continue;
      this.#messages.delete(key);
      this.#settings.warn(
        'The SDK leaves too many messages unacknowledged: the oldest is not kept any more.',
      );
    }
  }

  /** Writes the newest state, and emits when that is done: at once, where the storage answers at once, and so before the relay hears of it. */
  #write(): Observable<unknown> {
    const { storage, name, warn } = this.#settings;
    return answered(() => storage.setItem(name, this.#text())).pipe(
      catchError((error: unknown) => {
        warn('The storage takes nothing: the next process will have to pair again.', error);
        return of(undefined);
      }),
    );
  }

  #text(): string {
    const messages = [...this.#messages.values()].map(({ topic, message }) => [topic, message] as const);
    return JSON.stringify({ topics: [...this.#topics].slice(-most.topics), messages } satisfies Kept);
  }
}

const keyOf = (...message: readonly [topic: string, message: string]): string => JSON.stringify(message);

/** Emits the answer of a storage: at once, where that is no promise. */
const answered = (ask: () => unknown): Observable<unknown> =>
  defer(() => {
    const answer = ask();
    return isThenable(answer) ? from(answer) : of(answer);
  });

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
