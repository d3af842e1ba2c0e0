import type { Observable, Subscription } from 'rxjs';
import { isThenable } from '../../base/is-thenable.js';
import type { RelayMessage } from '../message.js';
import { invalidOption, RelayError } from '../relay-error.js';

/** Called with each message; both times in milliseconds since the epoch. A promise that it returns is not awaited. */
export type MessageListener = (
  topic: string,
  message: string,
  publishedAt: number,
  receivedAt: number,
) => unknown;

/** Calls functions with each message; one that throws affects nothing else. */
export class Listeners {
  readonly #listening = new Map<MessageListener, Subscription>();
  readonly #messages$: Observable<RelayMessage>;
  readonly #report: (error: RelayError) => void;

  constructor(messages$: Observable<RelayMessage>, report: (error: RelayError) => void) {
    this.#messages$ = messages$;
    this.#report = report;
  }

  /** Adds a listener, once however often. */
  add(event: string, listener: MessageListener): void {
    checkEvent(event);
    if (typeof (listener as unknown) !== 'function') throw invalidOption('listener', 'a function');
    if (this.#listening.has(listener)) return;
    const threw = (cause: unknown): void => {
      this.#report(
        new RelayError(
          'A listener of relay_message threw. The message counts as delivered; correct the listener.',
          {
            cause,
          },
        ),
      );
    };
    const listening = this.#messages$.subscribe(({ topic, message, publishedAt, receivedAt }) => {
      try {
        const returned = listener(topic, message, publishedAt, receivedAt);
        if (isThenable(returned)) returned.then(undefined, threw);
      } catch (thrown) {
        threw(thrown);
      }
    });
    this.#listening.set(listener, listening);
  }

  remove(event: string, listener: MessageListener): void {
    checkEvent(event);
    this.#listening.get(listener)?.unsubscribe();
    this.#listening.delete(listener);
  }
}

function checkEvent(event: string): void {
  if (event !== 'relay_message')
    throw new RelayError(
      `There is no event "${event}". Listen to 'relay_message', or to a stream of the client.`,
    );
}
