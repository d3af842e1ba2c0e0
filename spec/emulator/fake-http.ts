import { decode, encode } from '@msgpack/msgpack';
import { type Emulator, type HttpRequest, type HttpResponse } from '../../lib/emulator/index.js';

/** An answer with its body read: as JSON where it is some. */
export interface Read {
  readonly status: number;
  readonly type: string | undefined;
  readonly text: string;
  readonly json: Readonly<Record<string, unknown>>;
  /** The same, where it is an array. */
  readonly list: readonly Read['json'][];
  /** The Link header. */
  readonly link: string;
  /** The code of the error in it. */
  readonly code: number | undefined;
}

export const basic = (key: string): Record<string, string> => ({ authorization: `Basic ${btoa(key)}` });
export const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${btoa(token)}` });

/** Asks without a socket; an object as a body is sent as JSON, a text as it is. */
export function ask(
  emulator: Emulator,
  path: string,
  { body, ...more }: Partial<Omit<HttpRequest, 'body'>> & { readonly body?: object | string } = {},
): Read {
  const { pathname, searchParams } = new URL(path, 'http://emulator');
  const text = typeof body === 'string' ? body : body ? JSON.stringify(body) : '';
  return read(
    emulator.request({
      method: body === undefined ? 'GET' : 'POST',
      path: pathname,
      query: searchParams,
      headers: {},
      ...more,
      body: new TextEncoder().encode(text),
    }),
  );
}

/** Asks for an answer in this format, and sends the body in it. */
export function askIn(
  format: string,
  emulator: Emulator,
  path: string,
  { body, headers, ...more }: Partial<Omit<HttpRequest, 'body'>> & { readonly body?: unknown } = {},
): Read {
  if (format !== 'msgpack')
    return ask(emulator, path, {
      ...{ ...more, headers: headers ?? {} },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const { pathname, searchParams } = new URL(path, 'http://emulator');
  const type = 'application/x-msgpack';
  return read(
    emulator.request({
      method: body === undefined ? 'GET' : 'POST',
      path: pathname,
      query: searchParams,
      ...more,
      headers: { ...headers, accept: type, 'content-type': type },
      body: body === undefined ? new Uint8Array() : encode(body),
    }),
  );
}

function read({ status, headers, body }: HttpResponse): Read {
  const text = new TextDecoder().decode(body);
  const json =
    headers['content-type'] === 'application/x-msgpack' ? (decode(body) as Read['json']) : jsonOf(text);
  return {
    status,
    type: headers['content-type'],
    text,
    json,
    list: Array.isArray(json) ? (json as Read['json'][]) : [],
    link: headers['link'] ?? '',
    code: (json['error'] as { code?: number })?.code,
  };
}

function jsonOf(text: string): Read['json'] {
  try {
    return JSON.parse(text) as Read['json'];
  } catch {
    return {};
  }
}
