import type { WireError } from '../../../ably/wire/error-info.js';

/** The result of one publish. */
export type PublishResult = { readonly serials: readonly string[] } | { readonly error: WireError };

const capacity = 10_000;
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
  readonly msgSerial: number;
  readonly name: string;
  readonly outcome: PublishResult;
}

export function publishResults(): PublishResults {
  const ring: Slot[] = [];
  let expected = 0;
  let lost = false;
  return {
    get expected() {
      return expected;
    },
    isInTurn: (msgSerial) => msgSerial <= expected || lost,
    resultOf: (msgSerial, name) => {
      if (msgSerial >= expected) return undefined;
      const slot = ring[msgSerial % capacity];
      if (slot?.msgSerial === msgSerial) return slot.name === name ? slot.outcome : undefined;
      if (name !== '') return undefined; // its ids say whether it is known
      return msgSerial < expected - capacity ? { serials: [] } : lostSerial;
    },
    add: (msgSerial, name, outcome) => {
      ring[msgSerial % capacity] = { msgSerial, name, outcome };
      if (msgSerial < expected) return;
      expected = msgSerial + 1;
      lost = false;
    },
    expectGap: () => void (lost = true),
  };
}
