import type { WireError } from '../../../ably/wire/error-info.js';

/** What became of one publish. */
export type Outcome = { readonly serials: readonly string[] } | { readonly error: WireError };

const kept = 10_000;
const skipped: Outcome = {
  error: {
    code: 40000,
    statusCode: 400,
    message: 'This msgSerial was skipped: later ones have been accepted already.',
  },
};

/** RTN19a: what became of a connection's publishes, so that one that is sent again is answered, not repeated. */
export interface Outcomes {
  /** Undefined if this msgSerial was not seen yet; without serials if that is too long ago. */
  readonly of: (msgSerial: number) => Outcome | undefined;
  readonly add: (msgSerial: number, outcome: Outcome) => void;
}

export function outcomes(): Outcomes {
  const ring: { readonly msgSerial: number; readonly outcome: Outcome }[] = [];
  let expected = 0;
  return {
    of: (msgSerial) => {
      if (msgSerial >= expected) return undefined;
      const slot = ring[msgSerial % kept];
      if (slot?.msgSerial === msgSerial) return slot.outcome;
      return msgSerial < expected - kept ? { serials: [] } : skipped; // too long ago to know, or never seen
    },
    add: (msgSerial, outcome) => {
      ring[msgSerial % kept] = { msgSerial, outcome };
      expected = msgSerial + 1;
    },
  };
}
