import { Fifo } from '../../../base/fifo.js';
import type { Letter } from './stored-message.js';

/** What one topic keeps. */
export interface Box {
  readonly size: number;
  /** Of this very text. */
  readonly find: (message: string) => Letter | undefined;
  readonly add: (letter: Letter) => void;
  readonly delete: (letter: Letter) => void;
  readonly all: () => Iterable<Letter>;
  /** The one that was added first. */
  readonly oldest: () => Letter | undefined;
}

/** The order is kept beside the map: to find the first entry of a map from which the first are taken is slow. */
export function boxOf(): Box {
  const byText = new Map<string, Letter>();
  const order = new Fifo<Letter>();
  const isThere = (letter: Letter): boolean => byText.get(letter.message) === letter;
  return {
    get size() {
      return byText.size;
    },
    find: (message) => byText.get(message),
    add: (letter) => {
      byText.set(letter.message, letter);
      order.push(letter);
      if (order.length > 2 * byText.size + 100)
        for (const each of order.drain()) if (isThere(each)) order.push(each);
    },
    delete: (letter) => void byText.delete(letter.message),
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
