import { filter, map, type Observable } from 'rxjs';

/**
 * Gives what to compare of a value: its JSON, for another object with the same data is no news; itself where JSON cannot
 * say it. Bytes are compared as bytes, which JSON does not know; not by `viewOf`, which is code of the core.
 */
export function newsOf(value: unknown): unknown {
  try {
    if (!ArrayBuffer.isView(value) && Object.prototype.toString.call(value) !== '[object ArrayBuffer]')
      return JSON.stringify(value) || value; // a function has no JSON
    const { buffer = value as ArrayBuffer, byteOffset, byteLength } = value as Partial<ArrayBufferView>;
    return `bytes ${new Uint8Array(buffer, byteOffset, byteLength).join()}`;
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
