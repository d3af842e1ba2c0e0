import type { WireError } from '../../../ably/wire/error-info.js';

/** What became of one publish. */
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

/** RTN19a: what became of a connection's publishes, so that one that is sent again is answered, not repeated. */
export interface PublishResults {
  /** The msgSerial that comes next: 0 on a new connection. */
  readonly expected: number;
  /** Whether one that was not seen yet is in turn: the expected one, or a later one if some may have been lost. */
  readonly isInTurn: (msgSerial: number) => boolean;
  /** Undefined if this msgSerial was not seen yet; without serials if that is too long ago. */
  readonly resultOf: (msgSerial: number) => PublishResult | undefined;
  readonly add: (msgSerial: number, outcome: PublishResult) => void;
  /** A fault has swallowed something: what comes next may leave some out. */
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
