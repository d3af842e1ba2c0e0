import { times } from '../runs.js';

export { runs } from '../runs.js';

/**
 * The milliseconds after which a property hangs: twenty times the `work` that it is on a machine that does nothing else,
 * so that a busy one fails no run. They grow with `CHAOS_RUNS`.
 */
export const timeLimit = (work: number): number => 20 * work * times;
