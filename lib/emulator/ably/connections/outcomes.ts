import type { WireError } from '../../../ably/wire/error-info.js';

/** What became of one publish. */
export type Outcome = { readonly serials: readonly string[] } | { readonly error: WireError };

const kept = 10_000;

/** RTN19a: what became of a connection's publishes, so that one that is sent again is answered, not repeated. */
export interface Outcomes {
  /** The msgSerial that comes next: 0 on a new connection. */
  readonly expected: number;
  /** Undefined if this msgSerial was not seen yet; without serials if that is too long ago. */
  readonly of: (msgSerial: number) => Outcome | undefined;
  /** What became of the expected one. */
  readonly add: (outcome: Outcome) => void;
}

export function outcomes(): Outcomes {
  const ring: Outcome[] = [];
  let expected = 0;
  return {
    get expected() {
      return expected;
    },
    of: (msgSerial) => {
      if (msgSerial >= expected) return undefined;
      return msgSerial < expected - kept ? { serials: [] } : ring[msgSerial % kept];
    },
    add: (outcome) => {
      ring[expected % kept] = outcome;
      expected += 1;
    },
  };
}
