import fc from 'fast-check';
import { chanceOf } from './chance.js';
import { type Affliction, type Afflicted, faults } from './fault.js';
import type { Plan, Wish } from './life.js';

interface Scale {
  readonly span: number;
  readonly most: number;
  /** How many faults, at least and at most. */
  readonly faults: readonly [minLength: number, maxLength: number];
  /** How many wishes, at most; none by default. */
  readonly wishes?: number;
}

/** Two clients and up to two heirs that publish on two channels for `span` ms, with faults of up to `most` ms each. */
export const plans = ({
  span,
  most,
  faults: [minLength, maxLength],
  wishes = 0,
}: Scale): fc.Arbitrary<Plan> => {
  const at = fc.nat(span);
  const who = fc.nat(1);
  const isLarge = fc.nat(19).map((chance) => chance === 19);
  const fault = fc.oneof({ arbitrary: faults(most), weight: 9 }, fc.constant({ type: 'forget' as const }));
  return fc.record({
    seed: fc.integer(),
    deeds: fc.array(fc.record({ at, by: fc.nat(5), on: who, isLarge }), { minLength: 20, maxLength: 40 }),
    inheritances: fc.array(fc.record({ at, of: fc.nat(2) }), { maxLength: 2 }),
    releases: fc.array(fc.record({ at, by: fc.nat(5), on: who }), { maxLength: 4 }),
    wishes: fc.array(
      fc.record<Wish>({ at, by: fc.nat(5), on: who, what: fc.constantFrom('join', 'setOptions', 'goAway') }),
      { maxLength: wishes },
    ),
    afflictions: fc.array(fc.record<Affliction>({ at, of: who, fault }), {
      minLength,
      maxLength,
      size: 'max',
    }),
  });
};

const day = 24 * 60 * 60 * 1000;
const minute = 60_000;

/** A day on a network that fails one client or the other every other minute, mostly for seconds, now and then for long. */
export function flappingDay(seed: number): Plan {
  const chance = chanceOf(seed);
  const times = (every: number): number[] => {
    const found: number[] = [];
    for (let at = chance() * every; at < day; at += 2 * chance() * every) found.push(Math.floor(at));
    return found;
  };
  const one = (): number => Math.floor(chance() * 2);
  const lasting = (): number => Math.floor(chance() ** 8 * 30 * minute);
  const flaws: readonly (() => Afflicted)[] = [
    () => ({ type: 'cut', after: Math.floor(chance() * 500) }),
    () => ({ type: 'hush', lasting: lasting() }),
    () => ({ type: 'close', code: 1001 }),
    () => ({ type: 'accept and drop', after: Math.floor(chance() * 1000), lasting: lasting() }),
  ];
  const fault = (at: number): Affliction[] => {
    const of = one();
    const sudden: Affliction = { at, of, fault: { type: 'cut', after: 0 } };
    const flaw = flaws[Math.floor(chance() * (flaws.length + 1))]?.();
    return flaw
      ? [{ at, of, fault: flaw }]
      : [sudden, { at, of, fault: { type: 'refuse', lasting: lasting() } }];
  };
  return {
    seed,
    deeds: times(2 * minute).map((at) => ({ at, by: one(), on: one(), isLarge: false })),
    inheritances: [],
    wishes: [],
    releases: times(20 * minute).map((at) => ({ at, by: one(), on: one() })),
    afflictions: times(2 * minute).flatMap(fault),
  };
}
