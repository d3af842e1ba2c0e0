import type { Headers } from './server-core.js';

interface Shared {
  /** Methods that pages may use, as in the header. */
  readonly methods: string;
  /** Headers of answers that pages may read, as in the header. */
  readonly exposed?: string;
}

/**
 * CORS headers of an answer to a page that was let in: they name its origin, and never `*`, so that no cache gives the
 * answer to another page.
 */
export function corsHeaders(asked: Headers, { methods, exposed }: Shared): Record<string, string> {
  const { origin } = asked;
  if (origin === undefined) return { vary: 'Origin' };
  const requested = asked['access-control-request-headers'];
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    ...(exposed !== undefined && { 'access-control-expose-headers': exposed }),
    ...(asked['access-control-request-method'] && { 'access-control-allow-methods': methods }),
    ...(requested && { 'access-control-allow-headers': requested }),
    ...(asked['access-control-request-private-network'] && {
      'access-control-allow-private-network': 'true',
    }),
  };
}
