import type { Codec } from './codec.js';
import { parsed, textOf } from './text.js';

/** Text frames, by the platform's own JSON; the default. Text that arrives as bytes is taken as UTF-8. */
export const json: Codec = {
  format: 'json',
  binary: false,
  encode: (frame) => JSON.stringify(frame),
  decode: (data) => parsed(textOf(data)),
};
