import type { WireError } from '../../../ably/wire/error-info.js';

/** The result of one publish. */
export type PublishResult = { readonly serials: readonly string[] } | { readonly error: WireError };

/** Most results, and most characters of their names and serials together. */
const [most, longest] = [10_000, 4 * 1024 * 1024];
const lostSerial: PublishResult = {
  error: {
    code: 40000,
    statusCode: 400,
    message: 'This msgSerial was left out: later ones have been accepted already.',
  },
};

/**
 * RTN19a: results of a connection's publishes, so that one that is sent again is answered, not repeated. A publish is
 * known by its msgSerial and its name: the ids that its items bring along, and none where these are the implied ones.
 */
export interface PublishResults {
  /** The next msgSerial; 0 on a new connection. */
  readonly expected: number;
  /** True up to the expected msgSerial, and for a later one when some may have been lost. */
  readonly isInTurn: (msgSerial: number) => boolean;
  /** Undefined for a publish that is not known; without serials when it is too old. Keeps the result as `add` does. */
  readonly resultOf: (msgSerial: number, name: string) => PublishResult | undefined;
  /** Keeps a result until it is answered, however late that is, and for some time from then on. */
  readonly add: (msgSerial: number, name: string, outcome: PublishResult) => void;
  /** Counts the age of a result from now on; `delay` in ms is what its answer still takes. */
  readonly answered: (msgSerial: number, delay: number) => void;
  /**
   * Allows a gap before the next msgSerial, because some frames may have been lost: by a fault, or with a transport, where the
   * client has given them up since and counts on (RTN7d, RTN7e).
   */
  readonly expectGap: () => void;
  /** RTN16: as `expectGap`; from now on two clients may send, so that age says nothing of what one of them still asks for. */
  readonly share: () => void;
}

interface Slot {
  /** When it was answered last; Infinity until then. */
  readonly since: number;
  readonly name: string;
  readonly outcome: PublishResult;
}

/**
 * `ttl` in ms: a client without its answer is on another transport by then, where it sends again before it sends anything
 * new. Only a new publish removes results, so that none is removed that its client still asks for.
 */
export function publishResults(ttl: number, now: () => number): PublishResults {
  /** By msgSerial, those that were answered first in front. */
  const slots = new Map<number, Slot>();
  let [expected, forgotten, length] = [0, 0, 0];
  let [lost, shared] = [false, false];
  const put = (msgSerial: number, slot: Slot): void => {
    slots.delete(msgSerial);
    slots.set(msgSerial, slot);
  };
  const forget = (msgSerial: number): void => {
    const slot = slots.get(msgSerial);
    if (!slot) return;
    slots.delete(msgSerial);
    length -= lengthOf(slot);
  };
  const prune = (): void => {
    for (const [msgSerial, { since }] of slots) {
      if (slots.size < most && length <= longest && (shared || since + ttl > now())) return;
      forget(msgSerial);
      forgotten = Math.max(forgotten, msgSerial + 1);
    }
  };
  return {
    get expected() {
      return expected;
    },
    isInTurn: (msgSerial) => msgSerial <= expected || lost,
    resultOf: (msgSerial, name) => {
      if (msgSerial >= expected) return undefined;
      const slot = slots.get(msgSerial);
      if (slot && slot.name !== name) return undefined;
      if (slot) {
        put(msgSerial, { ...slot, since: Infinity });
        return slot.outcome;
      }
      if (name !== '') return undefined; // its ids say whether it is known
      return msgSerial < Math.max(forgotten, expected - most) ? { serials: [] } : lostSerial;
    },
    add: (msgSerial, name, outcome) => {
      forget(msgSerial);
      prune();
      const slot = { since: Infinity, name, outcome };
      slots.set(msgSerial, slot);
      length += lengthOf(slot);
      if (msgSerial < expected) return;
      expected = msgSerial + 1;
      lost = false;
    },
    answered: (msgSerial, delay) => {
      const slot = slots.get(msgSerial);
      if (slot) put(msgSerial, { ...slot, since: now() + delay });
    },
    expectGap: () => void (lost = true),
    share: () => {
      lost = true;
      shared = true;
    },
  };
}

const lengthOf = ({ name, outcome }: Slot): number =>
  'serials' in outcome ? outcome.serials.reduce((sum, { length }) => sum + length, name.length) : name.length;
