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

/** Writes a value of a user as JSON. Throws on what JSON cannot say, with its path, which begins with `name`, and advice. */
export function jsonOf(value: unknown, name: string): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (cause) {
    const problem = problemIn(value, name, []);
    throw problem === undefined ? cause : new TypeError(`JSON cannot say what is at "${problem}.`, { cause });
  }
}

/** The path of a BigInt or of a circle, a quotation mark, and what is wrong there. */
function problemIn(value: unknown, path: string, above: readonly unknown[]): string | undefined {
  if (typeof value === 'bigint') return `${path}", a BigInt: write it as a string`;
  if (typeof value !== 'object' || value === null) return undefined;
  if (above.includes(value)) return `${path}", which contains itself: leave it out`;
  for (const [key, inner] of Object.entries(value)) {
    const problem = problemIn(inner, `${path}.${key}`, [...above, value]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
