import { ErrorInfo, type WireError } from '../../../ably/wire/error-info.js';

/** Makes an error to throw; at the border it becomes an ERROR, a NACK or an HTTP answer. */
export const refusal = (code: number, statusCode: number, message: string): ErrorInfo =>
  new ErrorInfo(message, { code, statusCode });

/** TI1: the error on the wire, from whatever was thrown. */
export function wireErrorOf(thrown: unknown): WireError {
  const { code, statusCode, message, href } = ErrorInfo.of(thrown);
  return { code, statusCode, message, href };
}
