import type fc from 'fast-check';

/** `CHAOS_RUNS`: how many times as often as by default. */
export const times = Number(process.env['CHAOS_RUNS'] ?? 1);

/**
 * How often and from which seed a property runs. `CHAOS_SEED`, which the tiers draw anew for each run and print, moves every
 * property on to lives of its own: `seed` keeps properties of one file apart. Together with `CHAOS_PATH` it is the seed that
 * fast-check prints on failure, and that one run again. `CHAOS_RUNS` multiplies the number of runs.
 */
export function runs<T>(numRuns: number, seed: number): fc.Parameters<T> {
  const { CHAOS_SEED: drawn = '0', CHAOS_PATH: path } = process.env;
  if (path !== undefined) return { numRuns, seed: Number(drawn), path, endOnFailure: true };
  return { numRuns: numRuns * times, seed: (Number(drawn) + seed) | 0 };
}
