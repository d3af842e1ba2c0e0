import { fromUtf8, toUtf8 } from '../../codec/utf8.js';

// Jest with jsdom has the class Headers, and neither Request nor Response.

/** A request, as far as a server in memory reads it. */
type Asked = Pick<Request, 'method' | 'url' | 'headers' | 'signal' | 'arrayBuffer'>;

/** The request that the arguments of `fetch` make; where there is no Request, of an address, and a body of text or bytes. */
export function requestOf(input: RequestInfo | URL, init?: RequestInit): Asked {
  if (typeof Request === 'function') return new Request(input, init);
  const { method = 'GET', headers, body, signal } = init ?? {};
  const bytes =
    typeof body === 'string' ? toUtf8(body) : ((body ?? new Uint8Array()) as Uint8Array<ArrayBuffer>);
  return {
    method,
    url: input instanceof URL ? input.href : (input as string),
    headers: new Headers(headers),
    signal: signal ?? new AbortController().signal,
    arrayBuffer: () => Promise.resolve(bytes.slice().buffer),
  };
}

/** The answer of `fetch`; where there is no Response, one without a stream. */
export function responseOf(
  status: number,
  headers: Readonly<Record<string, string>>,
  body: Uint8Array,
): Response {
  if (typeof Response === 'function')
    return new Response(body.length === 0 ? null : new Uint8Array(body), { status, headers });
  const text = (): Promise<string> => Promise.resolve(fromUtf8(body));
  const plain: Partial<Response> = {
    ...{ status, ok: status >= 200 && status < 300, headers: new Headers(headers), body: null, text },
    arrayBuffer: () => Promise.resolve(new Uint8Array(body).buffer),
    json: () => text().then((json) => JSON.parse(json) as unknown),
  };
  return plain as Response;
}
