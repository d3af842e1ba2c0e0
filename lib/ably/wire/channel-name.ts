import { ErrorInfo } from './error-info.js';

/** Half of a surrogate pair: UTF-8 cannot say it, so that no server would know the text again. */
const half = /\p{Surrogate}/u;

/** A channel's name, checked, because users without a compiler may leave it out. Throws 40010. */
export function nameOf(given: unknown): string {
  if (typeof given !== 'string') throw unnamed(given === null ? 'null' : `of type ${typeof given}`);
  if (given === '') throw unnamed('empty');
  if (half.test(given)) throw unnamed('cut in the middle of a character');
  return given;
}

const unnamed = (found: string): ErrorInfo =>
  new ErrorInfo(`The name of a channel was ${found}. Give it another one.`, { code: 40010 });

/** Whether a text can be a part of a path: `.` and `..` lead elsewhere, also where they are escaped. */
export const isSegment = (text: string): boolean =>
  text !== '' && text !== '.' && text !== '..' && !half.test(text);
