import type { Data } from './codec.js';

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** A frame's text; what arrives as bytes is taken as UTF-8. Throws on what is none. */
export const textOf = (data: Data): string => (typeof data === 'string' ? data : utf8.decode(data));

/** What a JSON text says. Throws an error that does not quote the text, as the platform's does: there may be secrets in it. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new SyntaxError(`${text.length} characters came that are no JSON.`);
  }
}
