import { fromUtf8 } from '../../../codec/utf8.js';
import type { HttpRequest } from '../../host/server-core.js';
import { refusal } from '../wire/errors.js';
import { codecs } from '../wire/formats.js';
import { bodyFormat } from './response.js';

/** Decodes a body of JSON or MessagePack. Throws 40009 or 40001. */
export function decodeBody(request: HttpRequest, maxSize: number): unknown {
  refuseLarge(request, maxSize);
  try {
    return codecs[bodyFormat(request)].decode(request.body);
  } catch {
    throw refusal(
      40001,
      400,
      `The body is not ${bodyFormat(request)}: check its content and its Content-Type.`,
    );
  }
}

/** Fields of a form; empty for another body; the last field of a name counts. Throws 40009, or 40001 where it is no UTF-8. */
export function formOf(request: HttpRequest, maxSize: number): Readonly<Record<string, string>> {
  refuseLarge(request, maxSize);
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return isForm ? Object.fromEntries(new URLSearchParams(textOf(request.body))) : {};
}

function textOf(body: Uint8Array): string {
  try {
    return fromUtf8(body);
  } catch {
    throw refusal(40001, 400, 'The form is not UTF-8: encode its fields, as URLSearchParams does.');
  }
}

function refuseLarge({ body }: HttpRequest, maxSize: number): void {
  if (body.length > maxSize)
    throw refusal(40009, 413, `The body is larger than ${maxSize} bytes: split it up.`);
}
