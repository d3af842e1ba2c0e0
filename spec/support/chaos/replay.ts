import type fc from 'fast-check';

/**
 * How often and from which seed a property runs. `CHAOS_SEED` sets another one, or `random`; with `CHAOS_PATH`, both as
 * fast-check prints them on failure, it is that one run again; `CHAOS_RUNS` multiplies the number of runs.
 */
export function runs<T>(numRuns: number, seed: number): fc.Parameters<T> {
  const { CHAOS_SEED: asked, CHAOS_PATH: path, CHAOS_RUNS: times = '1' } = process.env;
  return {
    numRuns: numRuns * Number(times),
    ...(asked === 'random' ? {} : { seed: asked === undefined ? seed : Number(asked) }),
    ...(path !== undefined && { path, endOnFailure: true }),
  };
}
