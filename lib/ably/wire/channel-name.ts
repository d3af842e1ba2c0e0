import { isWellFormed } from '../../codec/utf8.js';
import { ErrorInfo } from './error-info.js';

/** A channel's name, checked, because users without a compiler may leave it out. Throws 40010. */
export function nameOf(given: unknown): string {
  if (typeof given !== 'string') throw unnamed(given === null ? 'null' : `of type ${typeof given}`);
  if (given === '') throw unnamed('empty');
  if (!isWellFormed(given)) throw unnamed('cut in the middle of a character');
  return given;
}

const unnamed = (found: string): ErrorInfo =>
  new ErrorInfo(`The name of a channel was ${found}. Give it another one.`, { code: 40010 });

/** Whether a text can be a part of a path, which is in UTF-8: `.` and `..` lead elsewhere, also where they are escaped. */
export const isSegment = (text: string): boolean =>
  text !== '' && text !== '.' && text !== '..' && isWellFormed(text);
