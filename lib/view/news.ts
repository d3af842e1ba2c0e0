import { filter, map, type Observable } from 'rxjs';
import { viewOf } from '../codec/bytes.js';

/**
 * Gives what to compare of a value: its JSON, for another object with the same data is no news; itself where JSON cannot
 * say it. Bytes are compared as bytes, which JSON does not know.
 */
export function newsOf(value: unknown): unknown {
  const bytes = viewOf(value);
  if (bytes) return `bytes ${bytes.join()}`;
  try {
    return JSON.stringify(value) || value; // a function has no JSON
  } catch {
    return value; // cyclic, or a BigInt: `hold` refuses it, and says so
  }
}

/** Data of this client, and the channel that they are for. */
export type DataFor = readonly [channel: unknown, data: unknown];

/** The data for one channel, which hears neither those for another one nor that there are none any more: then it is left. */
export const dataFor = (channel: unknown, latest$: Observable<DataFor>): Observable<unknown> =>
  latest$.pipe(
    filter(([wanted, data]) => wanted === channel && data !== undefined),
    map(([, data]) => data),
  );
