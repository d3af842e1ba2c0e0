import type { ContestantName } from './contestants/contestant.js';
import { joined, median, quantile, type Samples } from './samples.js';

export type Values = Readonly<Partial<Record<ContestantName, number>>>;

/** One line of the result, as measured. */
export interface Reading {
  readonly name: string;
  readonly unit: string;
  readonly samples: Samples;
  readonly limits: readonly Limit[];
}

/** Compares ours with the build of before, round by round. */
export interface Paired {
  /** Medians and quartiles of ours / before. */
  readonly ratio: number;
  readonly quartiles: readonly [number, number];
  /** The median of ours - before. */
  readonly difference: number;
  readonly rounds: number;
  /** `maybe` is a median above the limit with a quarter of the rounds, or more, on the other side of 1. */
  readonly isDearer: 'no' | 'maybe' | 'yes';
}

/** One line of the result: `values` are medians, and `ratios` are those that the target speaks of. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly values: Values;
  readonly target: string;
  readonly ratios: Readonly<Record<string, number>>;
  readonly met?: boolean;
  readonly paired?: Paired;
  /** Says why the build of before has no part in it. */
  readonly unpaired?: string;
}

export interface Limit {
  readonly ratio: string;
  readonly of: (values: Required<Values>) => number;
  readonly atMost?: number;
  readonly atLeast?: number;
}

export const oursAtMost = (atMost: number): Limit => ({ ratio: 'ours', of: ({ ours }) => ours, atMost });
export const timesBare = (atMost: number): Limit => ({
  ratio: 'ours / bare',
  of: ({ ours, bare }) => ours / bare,
  atMost,
});
export const timesFaster = (atLeast: number): Limit => ({
  ratio: 'official / ours',
  of: ({ ours, official }) => official / ours,
  atLeast,
});
export const timesMended = (atLeast: number): Limit => ({
  ratio: 'mended / ours',
  of: ({ ours, mended }) => mended / ours,
  atLeast,
});
export const timesOfficial = (atMost: number): Limit => ({
  ratio: 'ours / official',
  of: ({ ours, official }) => ours / official,
  atMost,
});
const limitText = ({ ratio, atMost, atLeast }: Limit): string =>
  atMost === undefined ? `${ratio} ≥ ${atLeast}` : `${ratio} ≤ ${atMost}`;

export const reading = (
  name: string,
  unit: string,
  samples: Samples,
  limits: readonly Limit[] = [],
): Reading => ({ name, unit, samples, limits });

/** Makes one reading of several that were taken of the same thing. */
export const joinReadings = (sittings: readonly (readonly Reading[])[]): readonly Reading[] =>
  (sittings[0] ?? []).map((first, index) => ({
    ...first,
    samples: joined(sittings.map((readings) => readings[index]?.samples ?? {})),
  }));

/** Units of which more is better. */
const yields = new Set(['1/s', 'messages']);
/** A median above this one says that ours is dearer. */
const tolerance = 1.05;

function pairedOf({ unit, samples: { ours = [], before = [] } }: Reading): Paired | undefined {
  if (ours.length === 0 || ours.length !== before.length) return undefined;
  const over = (compare: (our: number, its: number) => number): readonly number[] =>
    ours.map((our, round) => compare(our, before[round] ?? NaN));
  const ratios = over((our, its) => our / its);
  const [low, ratio, high] = [quantile(ratios, 0.25), median(ratios), quantile(ratios, 0.75)];
  if (!Number.isFinite(ratio)) return undefined;
  const [cost, leastCost] = yields.has(unit) ? [1 / ratio, 1 / high] : [ratio, low];
  return {
    ratio,
    quartiles: [low, high],
    difference: median(over((our, its) => our - its)),
    rounds: ratios.length,
    isDearer: cost <= tolerance ? 'no' : leastCost <= 1 ? 'maybe' : 'yes',
  };
}

/** A row; it is met when every limit is, and undecided while a contestant is missing. */
export function rowOf(measured: Reading): Row {
  const { name, unit, samples, limits } = measured;
  const values: Values = Object.fromEntries(Object.entries(samples).map(([who, all]) => [who, median(all)]));
  const checked = limits
    .map((limit) => ({ ...limit, value: limit.of(values as Required<Values>) }))
    .filter(({ value }) => Number.isFinite(value));
  const met = checked.every(
    ({ value, atMost = Infinity, atLeast = 0 }) => value <= atMost && value >= atLeast,
  );
  const paired = pairedOf(measured);
  return {
    name,
    unit,
    values,
    target: limits.map(limitText).join(', '),
    ratios: Object.fromEntries(checked.map(({ ratio, value }) => [ratio, value])),
    ...(limits.length > 0 && checked.length === limits.length && { met }),
    ...(paired && { paired }),
  };
}
