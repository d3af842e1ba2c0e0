import type { Codec } from './codec.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** Text frames, by the platform's own JSON; the default. Text that arrives as bytes is taken as UTF-8. */
export const json: Codec = {
  format: 'json',
  binary: false,
  encode: (frame) => JSON.stringify(frame),
  decode: (data) => {
    const text = typeof data === 'string' ? data : utf8.decode(data);
    try {
      return JSON.parse(text) as unknown;
    } catch {
      throw new SyntaxError(`${text.length} characters came that are no JSON.`); // the platform's error quotes them, secrets too
    }
  },
};
