import type { AdminConnection } from '../../lib/emulator/console/protocol.js';

/** Frames a second of one connection. */
export interface Rate {
  readonly in: number;
  readonly out: number;
}

/** Frames a second of each connection, and the counters that the next rates are made from. */
export interface Rates {
  readonly at: number;
  readonly counted: ReadonlyMap<string, Rate>;
  readonly perSecond: ReadonlyMap<string, Rate>;
}

export const noRates: Rates = { at: 0, counted: new Map(), perSecond: new Map() };

/** Milliseconds that rates are made of at least: the server tells its state after each request, too. */
const span = 900;

/** Rates since those before; the same where too little time has passed. */
export function ratesAt(before: Rates, at: number, connections: readonly AdminConnection[]): Rates {
  const ms = at - before.at;
  if (before !== noRates && ms >= 0 && ms < span) return before;
  const counted = new Map(
    connections.map(({ id, framesIn, framesOut }) => [id, { in: framesIn, out: framesOut }]),
  );
  if (before === noRates || ms < 0) return { at, counted, perSecond: new Map() };
  const rate = (now: number, then: number): number => (Math.max(0, now - then) * 1000) / ms;
  const perSecond = new Map(
    [...counted].map(([id, now]) => {
      const then = before.counted.get(id) ?? { in: 0, out: 0 };
      return [id, { in: rate(now.in, then.in), out: rate(now.out, then.out) }];
    }),
  );
  return { at, counted, perSecond };
}
