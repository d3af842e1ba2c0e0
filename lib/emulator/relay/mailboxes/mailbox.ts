import { Fifo } from '../../../base/fifo.js';
import type { MailboxMessage } from './stored-message.js';

/** Stored messages of one topic. */
export interface Mailbox {
  readonly size: number;
  /** The message with this text. */
  readonly find: (message: string) => MailboxMessage | undefined;
  readonly add: (stored: MailboxMessage) => void;
  readonly delete: (stored: MailboxMessage) => void;
  readonly all: () => Iterable<MailboxMessage>;
  /** The message that was added first. */
  readonly oldest: () => MailboxMessage | undefined;
}

/**
 * Keeps the order beside the map, because finding the first entry of a map is slow after many deletions at its start.
 */
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
