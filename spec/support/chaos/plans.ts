import fc from 'fast-check';
import { type Affliction, faults } from './fault.js';
import type { Plan } from './life.js';

interface Scale {
  readonly span: number;
  readonly most: number;
  /** How many faults, at least and at most. */
  readonly faults: readonly [minLength: number, maxLength: number];
}

/** Two clients that publish on two channels for `span` ms, with faults of up to `most` ms each. */
export const plans = ({ span, most, faults: [minLength, maxLength] }: Scale): fc.Arbitrary<Plan> => {
  const at = fc.nat(span);
  const who = fc.nat(1);
  const fault = fc.oneof({ arbitrary: faults(most), weight: 9 }, fc.constant({ type: 'forget' as const }));
  return fc.record({
    seed: fc.integer(),
    deeds: fc.array(fc.record({ at, by: who, on: who }), { minLength: 20, maxLength: 40 }),
    afflictions: fc.array(fc.record<Affliction>({ at, of: who, fault }), {
      minLength,
      maxLength,
      size: 'max',
    }),
  });
};
