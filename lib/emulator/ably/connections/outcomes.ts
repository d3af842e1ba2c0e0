import type { WireError } from '../../../ably/wire/error-info.js';

/** What became of one publish. */
export type Outcome = { readonly serials: readonly string[] } | { readonly error: WireError };

const kept = 10_000;

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
      return slot?.msgSerial === msgSerial ? slot.outcome : { serials: [] };
    },
    add: (msgSerial, outcome) => {
      ring[msgSerial % kept] = { msgSerial, outcome };
      expected = msgSerial + 1;
    },
  };
}
