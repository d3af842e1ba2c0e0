import type { Data } from './codec.js';

const utf8 = new TextEncoder();

/** What a frame counts for against a limit: text by its UTF-8. */
export function byteLengthOf(data: Data): number {
  return typeof data === 'string' ? utf8.encode(data).length : data.byteLength;
}
