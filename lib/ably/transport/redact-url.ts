import { decoded } from '../../base/url.js';
import type { End } from '../../connection/state.js';
import { ErrorInfo } from '../wire/error-info.js';

/** Length of the shortest value that is replaced: shorter ones are ordinary words. */
const shortest = 8;

/** Replaces the values of the URL's query in the reason of an end: a socket's error may repeat them in any form. */
export function redactEnd(end: End, url: string | undefined): End {
  if (url === undefined) return end;
  const [, query = ''] = url.split('?');
  const secrets = query
    .split('&')
    .map((part) => decoded(part.replace(/^[^=]*=?/, '')))
    .filter(({ length }) => length >= shortest);
  const redact = (text: string): string =>
    secrets.reduce(
      (left, secret) => left.replaceAll(secret, '…').replaceAll(encodeURIComponent(secret), '…'),
      text,
    );
  if (end.type === 'closed') return { ...end, reason: redact(end.reason) };
  if (end.type !== 'dial failed' || end.cause instanceof ErrorInfo || !(end.cause instanceof Error))
    return end;
  return { ...end, cause: new Error(redact(end.cause.message)) };
}
