import { Fifo } from '../../../base/fifo.js';
import type { MailboxMessage } from './stored-message.js';

/** What one topic keeps. */
export interface Mailbox {
  readonly size: number;
  /** Of this very text. */
  readonly find: (message: string) => MailboxMessage | undefined;
  readonly add: (stored: MailboxMessage) => void;
  readonly delete: (stored: MailboxMessage) => void;
  readonly all: () => Iterable<MailboxMessage>;
  /** The one that was added first. */
  readonly oldest: () => MailboxMessage | undefined;
}

/** The order is kept beside the map: to find the first entry of a map from which the first are taken is slow. */
export function mailbox(): Mailbox {
  const byText = new Map<string, MailboxMessage>();
  const order = new Fifo<MailboxMessage>();
  const isThere = (stored: MailboxMessage): boolean => byText.get(stored.message) === stored;
  return {
    get size() {
      return byText.size;
    },
    find: (message) => byText.get(message),
    add: (stored) => {
      byText.set(stored.message, stored);
      order.push(stored);
      if (order.length > 2 * byText.size + 100)
        for (const each of order.drain()) if (isThere(each)) order.push(each);
    },
    delete: (stored) => void byText.delete(stored.message),
    all: () => byText.values(),
    oldest: () => {
      for (let first = order.at(0); first; first = order.at(0)) {
        if (isThere(first)) return first;
        order.shift();
      }
      return undefined;
    },
  };
}
