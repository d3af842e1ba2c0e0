import type { WireError } from '../../../ably/wire/error-info.js';

/** The result of one publish. */
export type PublishResult = { readonly serials: readonly string[] } | { readonly error: WireError };

/** Most results, and most characters of their names and serials together. */
const [most, longest] = [10_000, 4 * 1024 * 1024];
const lostSerial: PublishResult = {
  error: {
    code: 40000,
    statusCode: 400,
    message:
      'This msgSerial was lost when the connection was silenced: later ones have been accepted already.',
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
  /** Undefined for a publish that is not known; without serials when it is too old. */
  readonly resultOf: (msgSerial: number, name: string) => PublishResult | undefined;
  readonly add: (msgSerial: number, name: string, outcome: PublishResult) => void;
  /** Allows a gap before the next msgSerial, because some frames may have been lost. */
  readonly expectGap: () => void;
}

interface Slot {
  readonly since: number;
  readonly name: string;
  readonly outcome: PublishResult;
}

/** `ttl` in ms: a client that comes back later than that has lost its session, so that older results go when others come. */
export function publishResults(ttl: number, now: () => number): PublishResults {
  /** By msgSerial, the oldest first. */
  const slots = new Map<number, Slot>();
  let [expected, forgotten, length] = [0, 0, 0];
  let lost = false;
  const forget = (msgSerial: number): void => {
    const slot = slots.get(msgSerial);
    if (!slot) return;
    slots.delete(msgSerial);
    length -= lengthOf(slot);
  };
  const prune = (): void => {
    for (const [msgSerial, { since }] of slots) {
      if (slots.size < most && length <= longest && since + ttl > now()) return;
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
      if (slot) return slot.name === name ? slot.outcome : undefined;
      if (name !== '') return undefined; // its ids say whether it is known
      return msgSerial < Math.max(forgotten, expected - most) ? { serials: [] } : lostSerial;
    },
    add: (msgSerial, name, outcome) => {
      forget(msgSerial);
      prune();
      const slot = { since: now(), name, outcome };
      slots.set(msgSerial, slot);
      length += lengthOf(slot);
      if (msgSerial < expected) return;
      expected = msgSerial + 1;
      lost = false;
    },
    expectGap: () => void (lost = true),
  };
}

const lengthOf = ({ name, outcome }: Slot): number =>
  'serials' in outcome ? outcome.serials.reduce((sum, { length }) => sum + length, name.length) : name.length;
