/** Called with the one argument of an event. */
export type EventListener = (argument: never) => unknown;

/** The events of a relayer. The SDK calls these methods by their Node names. */
export class Events {
  readonly #listeners = new Map<string, ReadonlyMap<EventListener, EventListener>>();
  readonly #threw: (error: unknown) => void;

  /** `threw` is called with the error of a listener: the others get the event all the same. */
  constructor(threw: (error: unknown) => void) {
    this.#threw = threw;
  }

  readonly on = (event: string, listener: EventListener): void => {
    this.#add(event, listener, listener);
  };

  readonly once = (event: string, listener: EventListener): void => {
    this.#add(event, listener, (argument) => {
      this.off(event, listener);
      return listener(argument);
    });
  };

  readonly off = (event: string, listener: EventListener): void => {
    const left = new Map(this.#listeners.get(event));
    left.delete(listener);
    this.#listeners.set(event, left);
  };

  readonly removeListener = this.off;

  readonly emit = (event: string, argument?: unknown): boolean => {
    const listeners = this.#listeners.get(event);
    listeners?.forEach((call) => {
      try {
        call(argument as never);
      } catch (error) {
        this.#threw(error);
      }
    });
    return Boolean(listeners?.size);
  };

  readonly listenerCount = (event: string): number => this.#listeners.get(event)?.size ?? 0;

  /** A new map for each change, so that an event goes to those that listened when it was emitted. */
  #add(event: string, listener: EventListener, call: EventListener): void {
    this.#listeners.set(event, new Map(this.#listeners.get(event)).set(listener, call));
  }
}
