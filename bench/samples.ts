import type { ContestantName } from './contestants/contestant.js';

/** Measured values, round by round. */
export type Samples = Readonly<Partial<Record<ContestantName, readonly number[]>>>;

export const quantile = (numbers: readonly number[], share: number): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below = NaN, above = NaN] = [sorted[Math.floor(at)], sorted[Math.ceil(at)]];
  return below + (above - below) * (at - Math.floor(at));
};
export const median = (numbers: readonly number[]): number => quantile(numbers, 0.5);

const names = (samples: Samples): readonly ContestantName[] => Object.keys(samples) as ContestantName[];

/** Ratios, round by round, of two things that were measured in the same rounds. */
export const dividedBy = (samples: Samples, divisors: Samples): Samples =>
  Object.fromEntries(
    names(samples).map((name) => [
      name,
      samples[name]?.map((value, round) => value / (divisors[name]?.[round] ?? NaN)),
    ]),
  );

/** The samples of several sittings as those of one. */
export const joined = (all: readonly Samples[]): Samples =>
  Object.fromEntries(
    [...new Set(all.flatMap(names))].map((name) => [name, all.flatMap((samples) => samples[name] ?? [])]),
  );
