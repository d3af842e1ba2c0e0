import type { ContestantName } from './contestants/contestant.js';

export type Values = Readonly<Partial<Record<ContestantName, number>>>;

/** One line of the result. `limits` are checked against `ratios` of the same name. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  readonly values: Values;
  readonly target: string;
  readonly ratios: Readonly<Record<string, number>>;
  readonly met?: boolean;
}

export interface Limit {
  readonly ratio: string;
  readonly of: (values: Required<Values>) => number;
  readonly atMost?: number;
  readonly atLeast?: number;
}

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
export const timesThroughput = (atLeast: number): Limit => ({
  ratio: 'ours / official',
  of: ({ ours, official }) => ours / official,
  atLeast,
});
export const timesOfficial = (atMost: number): Limit => ({
  ratio: 'ours / official',
  of: ({ ours, official }) => ours / official,
  atMost,
});
const limitText = ({ ratio, atMost, atLeast }: Limit): string =>
  atMost === undefined ? `${ratio} ≥ ${atLeast}` : `${ratio} ≤ ${atMost}`;

/** A row; it is met when every limit is, and undecided while a contestant is missing. */
export function row(name: string, unit: string, values: Values, limits: readonly Limit[] = []): Row {
  const measured = limits
    .map((limit) => ({ ...limit, value: limit.of(values as Required<Values>) }))
    .filter(({ value }) => Number.isFinite(value));
  const met = measured.every(
    ({ value, atMost = Infinity, atLeast = 0 }) => value <= atMost && value >= atLeast,
  );
  return {
    name,
    unit,
    values,
    target: limits.map(limitText).join(', '),
    ratios: Object.fromEntries(measured.map(({ ratio, value }) => [ratio, value])),
    ...(limits.length > 0 && measured.length === limits.length && { met }),
  };
}
