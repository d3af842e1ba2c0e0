import { type Observable, Subject } from 'rxjs';
import { Fifo } from '../../../base/fifo.js';
import { readOnly } from '../../../rx/read-only.js';
import type { Draft } from './stored-message.js';

/** A publish that the relay has accepted, new or repeated. */
export interface AcceptedPublish extends Draft {
  /** Last publisher; undefined for the server. */
  readonly clientId: string | undefined;
  /** Time of the last acceptance, in ms. */
  readonly at: number;
  /** Number of times that this message was accepted on this topic; repetitions change nothing while it is stored. */
  readonly count: number;
}

/** Accepted publishes: the latest 10,000 messages, and 16 Mi characters of them, in order of first arrival. */
export interface AcceptedPublishes {
  readonly all: () => readonly AcceptedPublish[];
  readonly find: (topic: string, message: string) => AcceptedPublish | undefined;
  readonly accepted$: Observable<AcceptedPublish>;
  readonly add: (draft: Draft, clientId: string | undefined, at: number) => void;
  readonly end: () => void;
}

const [most, longest] = [10_000, 16 * 1024 * 1024];

export function acceptedPublishes(): AcceptedPublishes {
  const byText = new Map<string, AcceptedPublish>();
  const order = new Fifo<string>(); // keys, oldest first
  let length = 0;
  const accepted$ = new Subject<AcceptedPublish>();
  const keyOf = (topic: string, message: string): string => `${topic.length} ${topic}${message}`;
  const find = (topic: string, message: string): AcceptedPublish | undefined =>
    byText.get(keyOf(topic, message));
  return {
    all: () => [...byText.values()],
    find,
    accepted$: readOnly(accepted$),
    add: (draft, clientId, at) => {
      const key = keyOf(draft.topic, draft.message);
      const count = (byText.get(key)?.count ?? 0) + 1;
      const accepted = { ...draft, clientId, at, count };
      byText.set(key, accepted);
      if (count === 1) {
        order.push(key);
        length += key.length;
      }
      while (byText.size > most || length > longest) {
        const oldest = order.shift() ?? key;
        byText.delete(oldest);
        length -= oldest.length;
      }
      accepted$.next(accepted);
    },
    end: () => accepted$.complete(),
  };
}
