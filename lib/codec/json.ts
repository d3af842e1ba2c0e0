import type { Codec, Data } from './codec.js';
import { fromUtf8 } from './utf8.js';

/** Text of a message; bytes are taken as UTF-8. Throws where they are not. */
export const textOf = (data: Data): string => (typeof data === 'string' ? data : fromUtf8(data));

/**
 * Text frames, by the platform's own JSON; the default. Text that arrives as bytes is taken as UTF-8. Throws on what is
 * not JSON, without quoting it as the platform's error does: it may contain secrets.
 */
export const json: Codec = {
  format: 'json',
  binary: false,
  encode: (frame) => JSON.stringify(frame),
  decode: (data) => {
    const text = typeof data === 'string' ? data : fromUtf8(data); // not by `textOf`: this is the hot path
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new SyntaxError(`${text.length} characters were received that are not JSON.`);
    }
  },
};
