import type { HttpResponse } from '../server-core.js';
import { safeHeaders } from './http-requests.js';

const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** Encodes the HTTP answer that refuses an upgrade. */
export function upgradeResponse({
  status,
  headers = {},
  body = new Uint8Array(),
}: Pick<HttpResponse, 'status'> & Partial<HttpResponse>): string {
  const lines = Object.entries({
    ...headers,
    ...safeHeaders,
    'content-length': String(body.length),
    connection: 'close',
  });
  const head = [
    `HTTP/1.1 ${status} ${reasons[status] ?? ''}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
  ];
  return `${head.join('\r\n')}\r\n\r\n${new TextDecoder().decode(body)}`;
}
