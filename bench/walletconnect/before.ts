import { giveBy } from './built.js';

/** The relayer in the folder that `BENCH_BASELINE` names. */
export const give = giveBy('before');
