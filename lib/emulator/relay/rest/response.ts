import type { HttpResponse } from '../../host/server-core.js';
import type { RpcError } from '../relay-error.js';
import { toUtf8 } from '../../../codec/utf8.js';

/** HTTP status of an error. */
export function httpStatusOf({ code, data }: RpcError): number {
  if (data === 'OriginNotAllowed') return 403;
  if (code === 3000) return 401;
  return data === 'PayloadSizeExceeded' ? 413 : 400;
}

export const respondText = (
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain', ...headers },
  body: toUtf8(text),
});
