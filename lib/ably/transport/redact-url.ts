import type { End } from '../../connection/state.js';
import { ErrorInfo } from '../wire/error-info.js';

/** Shorter values are words, and would be found everywhere. */
const shortest = 8;

/** How an attempt at `url` ended, without what was secret in the URL: a socket's own errors may repeat it in any form. */
export function redactEnd(end: End, url: string): End {
  const secrets = [...new URL(url).searchParams.values()].filter(({ length }) => length >= shortest);
  const without = (text: string): string =>
    secrets.reduce(
      (left, secret) => left.replaceAll(secret, '…').replaceAll(encodeURIComponent(secret), '…'),
      text,
    );
  if (end.type === 'closed') return { ...end, reason: without(end.reason) };
  if (end.type !== 'undialled' || end.cause instanceof ErrorInfo || !(end.cause instanceof Error)) return end;
  return { ...end, cause: new Error(without(end.cause.message)) };
}
