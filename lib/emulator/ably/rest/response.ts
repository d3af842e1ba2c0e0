import type { WireError } from '../../../ably/wire/error-info.js';
import { toUtf8 } from '../../../codec/utf8.js';
import type { HttpRequest, HttpResponse } from '../../host/server-core.js';
import { codecs, type Format } from '../wire/formats.js';

const types = { json: 'application/json', msgpack: 'application/x-msgpack' } as const;

/** Format of the answer: by the Accept header, or the parameter `format`. */
export function wantedFormat({ headers, query }: HttpRequest): Format {
  if (query.get('format') === 'msgpack') return 'msgpack';
  return headers['accept']?.startsWith(types.msgpack) ? 'msgpack' : 'json';
}

/** Format of the request's body. */
export const bodyFormat = ({ headers }: HttpRequest): Format =>
  headers['content-type']?.startsWith(types.msgpack) ? 'msgpack' : 'json';

interface Answer {
  readonly status?: number;
  readonly content: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export function respond(request: HttpRequest, { status = 200, content, headers = {} }: Answer): HttpResponse {
  const format = wantedFormat(request);
  const data = codecs[format].encode(content);
  const body = typeof data === 'string' ? toUtf8(data) : data;
  return { status, headers: { 'content-type': types[format], ...corsHeaders(request), ...headers }, body };
}

interface Plain {
  readonly status?: number;
  readonly type?: string;
  readonly text: string;
}

/** Answers with text of any type. */
export const respondText = (
  request: HttpRequest,
  { status = 200, type = 'text/plain', text }: Plain,
): HttpResponse => ({
  status,
  headers: { 'content-type': type, ...corsHeaders(request) },
  body: toUtf8(text),
});

/** Answers with an error, in the body and in headers. */
export function respondError(request: HttpRequest, error: WireError): HttpResponse {
  const headers = {
    'x-ably-errorcode': String(error.code),
    'x-ably-errormessage': (error.message ?? '').replace(/[^\x20-\x7e]/g, '?'),
  };
  return respond(request, { status: error.statusCode ?? 500, content: { error }, headers });
}

/** Answers the preflight request of a browser. */
export const respondToPreflight = (request: HttpRequest): HttpResponse => ({
  status: 204,
  headers: corsHeaders(request),
  body: new Uint8Array(),
});

/** CORS headers: any page may read any answer, because nothing is readable without a key. */
function corsHeaders({ headers }: HttpRequest): Record<string, string> {
  const requested = headers['access-control-request-headers'];
  return {
    'access-control-allow-origin': '*',
    'access-control-expose-headers': 'Link, Content-Type, X-Ably-Errorcode, X-Ably-Errormessage',
    ...(headers['access-control-request-method'] && {
      'access-control-allow-methods': 'GET, POST, PATCH, OPTIONS',
    }),
    ...(requested && { 'access-control-allow-headers': requested }),
    ...(headers['access-control-request-private-network'] && {
      'access-control-allow-private-network': 'true',
    }),
  };
}
