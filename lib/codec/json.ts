import type { Codec, Data } from './codec.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text of a message; bytes are taken as UTF-8. Throws where they are not. */
export const textOf = (data: Data): string => (typeof data === 'string' ? data : utf8.decode(data));

/**
 * Text frames, by the platform's own JSON; the default. Text that arrives as bytes is taken as UTF-8. Throws on what is
 * not JSON, without quoting it as the platform's error does: it may contain secrets.
 */
export const json: Codec = {
  format: 'json',
  binary: false,
  encode: (frame) => JSON.stringify(frame),
  decode: (data) => {
    const text = typeof data === 'string' ? data : utf8.decode(data); // not by `textOf`: this is the hot path
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new SyntaxError(`${text.length} characters were received that are not JSON.`);
    }
  },
};
