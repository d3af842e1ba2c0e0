import { ablyPageOf, ErrorInfo, type WireError } from '../../../ably/wire/error-info.js';

/** Makes an error to throw, with the page that Ably's has; at the border it becomes an ERROR, a NACK or an HTTP answer. */
export const refusal = (code: number, statusCode: number, message: string): ErrorInfo =>
  new ErrorInfo(message, { code, statusCode, href: ablyPageOf(code) });

/** TI1: the error on the wire, from whatever was thrown. */
export function wireErrorOf(thrown: unknown): WireError {
  const { code, statusCode, message, href } = ErrorInfo.of(isExhausted(thrown) ? excessive() : thrown);
  return { code, statusCode, message, href };
}

/** True for the error of a stack or an array that is exhausted, which nothing but hostile input does here. */
const isExhausted = (thrown: unknown): boolean => (thrown as Partial<Error> | null)?.name === 'RangeError';

const excessive = (): ErrorInfo =>
  refusal(40000, 400, 'A value is nested too deeply, or too large: send it as text, or in parts.');
