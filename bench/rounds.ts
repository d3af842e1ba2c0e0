import type { ContestantName } from './contestants/contestant.js';
import type { Format } from './messages.js';
import type { Lane, Processes } from './processes.js';
import type { Values } from './rows.js';

export interface Run {
  readonly processes: Processes;
  readonly who: readonly ContestantName[];
  readonly rounds: number;
  /** 1, or less for a quick look. */
  readonly scale: number;
}

export const median = (numbers: readonly number[]): number => {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
};

/** Every lane in turn, again and again, so that what disturbs the machine disturbs them alike; then the medians. */
export async function interleaved<T>(
  lanes: readonly Lane[],
  rounds: number,
  work: (lane: Lane) => Promise<T>,
) {
  const results = new Map<Lane, T[]>(lanes.map((lane) => [lane, []]));
  for (const lane of lanes) await work(lane); // warm-up
  for (let round = 0; round < rounds; round += 1) {
    for (const lane of lanes) results.get(lane)?.push(await work(lane));
  }
  return (of: (result: T) => number, chosen: readonly Lane[] = lanes): Values =>
    Object.fromEntries(chosen.map((lane) => [lane.contestant, median((results.get(lane) ?? []).map(of))]));
}

export const lanesOf = async ({ processes, who }: Run, format: Format): Promise<readonly Lane[]> => {
  const lanes: Lane[] = [];
  for (const contestant of who) lanes.push(await processes.lane(contestant, format));
  return lanes;
};
/** A count, or less of it for a quick look. */
export const each = (run: Run, count: number, multipleOf = 10): number =>
  Math.max(multipleOf, Math.round((count * run.scale) / multipleOf) * multipleOf);
