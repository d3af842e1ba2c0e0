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

/** RTN19a: results of a connection's publishes, so that one that is sent again is answered, not repeated. */
export interface PublishResults {
  /** The next msgSerial; 0 on a new connection. */
  readonly expected: number;
  /** True for the expected msgSerial, and for a later one when some may have been lost. */
  readonly isInTurn: (msgSerial: number) => boolean;
  /** Undefined for a new msgSerial; without serials when it is too old. */
  readonly resultOf: (msgSerial: number) => PublishResult | undefined;
  readonly add: (msgSerial: number, outcome: PublishResult) => void;
  /** Allows a gap before the next msgSerial, because a fault has lost a frame. */
  readonly expectGap: () => void;
}

export function publishResults(): PublishResults {
  const ring: { readonly msgSerial: number; readonly outcome: PublishResult }[] = [];
  let expected = 0;
  let lost = false;
  return {
    get expected() {
      return expected;
    },
    isInTurn: (msgSerial) => msgSerial === expected || (lost && msgSerial > expected),
    resultOf: (msgSerial) => {
      if (msgSerial >= expected) return undefined;
      const slot = ring[msgSerial % capacity];
      if (slot?.msgSerial === msgSerial) return slot.outcome;
      return msgSerial < expected - capacity ? { serials: [] } : lostSerial;
    },
    add: (msgSerial, outcome) => {
      ring[msgSerial % capacity] = { msgSerial, outcome };
      expected = msgSerial + 1;
      lost = false;
    },
    expectGap: () => void (lost = true),
  };
}
