import { connectBy } from './built.js';

/** The client in the folder that `BENCH_BASELINE` names. */
export const connect = connectBy('before');
