import type fc from 'fast-check';

/** `CHAOS_RUNS`: how many times as often as by default. */
const times = Number(process.env['CHAOS_RUNS'] ?? 1);

/**
 * How often and from which seed a property runs. `CHAOS_SEED` sets another one, or `random`; with `CHAOS_PATH`, both as
 * fast-check prints them on failure, it is that one run again; `CHAOS_RUNS` multiplies the number of runs.
 */
export function runs<T>(numRuns: number, seed: number): fc.Parameters<T> {
  const { CHAOS_SEED: asked, CHAOS_PATH: path } = process.env;
  return {
    numRuns: numRuns * times,
    ...(asked === 'random' ? {} : { seed: asked === undefined ? seed : Number(asked) }),
    ...(path !== undefined && { path, endOnFailure: true }),
  };
}

/**
 * The milliseconds after which a property hangs: twenty times the `work` that it is on a machine that does nothing else,
 * so that a busy one fails no run. They grow with `CHAOS_RUNS`.
 */
export const timeLimit = (work: number): number => 20 * work * times;
