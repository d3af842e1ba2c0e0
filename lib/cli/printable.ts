import { toBase64 } from '../codec/base64.js';

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
const escape = (letter: string): string =>
  named[letter] ?? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** Control characters, which move the cursor or do worse, line ends of Unicode, and those that turn the direction of writing. */
const controls = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g; // eslint-disable-line no-control-regex

/** A text of others in one line, which does nothing to a terminal. */
export const printable = (text: string): string => text.replace(controls, escape);

/** JSON in one line; it says the same as JSON.stringify does, and does nothing to a terminal. */
export const jsonLine = (value: unknown): string => printable(JSON.stringify(value));

/** Data for people: text as it is, and JSON as it is written; bytes by their number and in base64. */
export function shown(data: unknown): string {
  if (data === undefined || data === null) return '';
  if (typeof data === 'string') return printable(data);
  if (data instanceof Uint8Array) return `<${String(data.length)} bytes> ${toBase64(data)}`;
  return jsonLine(data);
}

/** Data and their encoding as JSON can carry them: bytes in base64, as they travel (RSL4d1). */
export const jsonData = (
  data: unknown,
  encoding: string | undefined,
): { readonly data: unknown; readonly encoding: string | undefined } =>
  data instanceof Uint8Array
    ? { data: toBase64(data), encoding: [encoding, 'base64'].filter(Boolean).join('/') }
    : { data, encoding };

/** The words of a line that are there, with two spaces between them. */
export const columns = (...words: readonly (string | undefined)[]): string =>
  words.filter((word) => word !== undefined && word !== '').join('  ');

/** A time of day, as the terminal's clock has it. */
export function timeOfDay(timestamp: number | undefined): string {
  if (timestamp === undefined) return '';
  const date = new Date(timestamp);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${hours ?? ''}:${minutes ?? ''}:${seconds ?? ''}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
