import type { WireError } from '../../../ably/wire/error-info.js';
import { toUtf8 } from '../../../codec/utf8.js';
import { corsHeaders } from '../../host/cors.js';
import type { HttpRequest, HttpResponse } from '../../host/server-core.js';
import { codecs, type Format } from '../wire/formats.js';

const types = { json: 'application/json', msgpack: 'application/x-msgpack' } as const;

/** Format of the answer: by the Accept header, or the parameter `format`. */
export function wantedFormat({ headers, query }: HttpRequest): Format {
  if (query.get('format') === 'msgpack') return 'msgpack';
  return headers['accept']?.startsWith(types.msgpack) ? 'msgpack' : 'json';
}

/** CSV2: version of the API that is asked for, by the header or the parameter `v`. Default: the latest. */
export function versionOf({ headers, query }: HttpRequest): number {
  const version = parseFloat(headers['x-ably-version'] ?? query.get('v') ?? '');
  return Number.isNaN(version) ? Infinity : version;
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
  return { status, headers: { 'content-type': types[format], ...cors(request), ...headers }, body };
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
  headers: { 'content-type': type, ...cors(request) },
  body: toUtf8(text),
});

/** Answers with an error, in the body and in headers. */
export function respondError(request: HttpRequest, error: WireError): HttpResponse {
  const headers = {
    'x-ably-errorcode': String(error.code),
    'x-ably-errormessage': (error.message ?? '').slice(0, 1000).replace(/[^\x20-\x7e]/g, '?'), // Node reads 16 KiB of headers
  };
  return respond(request, { status: error.statusCode ?? 500, content: { error }, headers });
}

/** Answers with nothing, as to the preflight request of a browser. */
export const respondNothing = (request: HttpRequest): HttpResponse => ({
  status: 204,
  headers: cors(request),
  body: new Uint8Array(),
});

const cors = (request: HttpRequest): Record<string, string> =>
  corsHeaders(request.headers, {
    methods: 'GET, POST, PUT, PATCH, DELETE, OPTIONS',
    exposed: 'Link, Content-Type, X-Ably-Errorcode, X-Ably-Errormessage',
  });
