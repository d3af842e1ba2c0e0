import { times } from '../runs.js';

export { runs } from '../runs.js';

/**
 * The milliseconds after which a property hangs: twenty times the `work` that it is on a machine that does nothing else,
 * and a minute at least, so that neither a busy one nor a costly draw fails a run. They grow with `CHAOS_RUNS`.
 */
export const timeLimit = (work: number): number => Math.max(60_000, 20 * work * times);
