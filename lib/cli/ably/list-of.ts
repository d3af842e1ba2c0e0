import {
  concat,
  concatMap,
  defer,
  EMPTY,
  from,
  type Observable,
  type SchedulerLike,
  throwError,
  timeout,
} from 'rxjs';
import { protocolVersion } from '../../ably/endpoint/agent.js';
import { originOf, primaryHost } from '../../ably/endpoint/hosts.js';
import { toBase64 } from '../../codec/base64.js';
import { toUtf8 } from '../../codec/utf8.js';
import { ErrorInfo } from '../../index.js';
import { withAbortSignal } from '../../rx/with-abort-signal.js';
import { CommandError, Exit, UsageError } from '../exit.js';
import type { Access } from './session.js';

interface Http {
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds for each page; 0 for ever. */
  readonly timeout: number;
  readonly scheduler: SchedulerLike;
}

/** A page, and the address of the next one. */
interface Page {
  readonly items: readonly unknown[];
  readonly next: URL | undefined;
}

/** The list that the REST interface has at a path, page by page: the next one is asked for when all of the one before is taken. */
export const listOf = (access: Access, path: string, http: Http): Observable<unknown> => {
  const { endpoint, tls = true, port = 80, tlsPort = 443 } = access;
  const origin = originOf('http', primaryHost(endpoint), { tls, port: tls ? tlsPort : port });
  const from$ = (url: URL): Observable<unknown> =>
    pageAt(url, access, http).pipe(
      concatMap(({ items, next }) => concat(items, next ? defer(() => from$(next)) : EMPTY)),
    );
  return from$(new URL(path, origin));
};

const pageAt = (url: URL, access: Access, { fetch, timeout: ms, scheduler }: Http): Observable<Page> => {
  const page$ = withAbortSignal((signal) =>
    from(ask(url, access, (at, init) => fetch(at, { ...init, signal }))),
  );
  const late = `no answer in ${String(ms / 1000)} s`;
  const late$ = throwError(() => unreachable(late));
  return ms > 0 ? page$.pipe(timeout({ first: ms, scheduler, with: () => late$ })) : page$;
};

async function ask(url: URL, access: Access, fetch: typeof globalThis.fetch): Promise<Page> {
  const response = await fetch(url, {
    headers: {
      accept: 'application/json',
      'x-ably-version': protocolVersion,
      authorization: authorizationOf(access),
    },
    redirect: 'error',
  }).catch((thrown: unknown) => {
    throw unreachable(reasonOf(thrown));
  });
  const content: unknown = await response.json().catch(() => undefined);
  if (!response.ok) throw refusedBy(response, content);
  if (!Array.isArray(content))
    throw new CommandError('The server did not answer with a list of channels.', Exit.failed);
  return { items: content, next: nextOf(response.headers.get('link'), url) };
}

const authorizationOf = ({ key, token = '', tls = true, isLocal = false }: Access): string => {
  if (key === undefined) return `Bearer ${toBase64(toUtf8(token))}`;
  if (!tls && !isLocal)
    throw new UsageError('A key is not sent without TLS: use https, or a token (rx-realtime token) instead.');
  return `Basic ${toBase64(toUtf8(key))}`;
};

const unreachable = (reason: string): Error =>
  new CommandError(
    `The server cannot be reached: ${reason}. Check the network and the endpoint.`,
    Exit.notConnected,
  );

/** The code of a failed fetch alone: its text may repeat the URL. */
function reasonOf(thrown: unknown): string {
  const { cause } = (thrown ?? {}) as {
    readonly cause?: { readonly code?: unknown; readonly message?: unknown };
  };
  if (cause?.message === 'bad port') return 'fetch asks no server at this port';
  return typeof cause?.code === 'string' ? cause.code : 'the request failed';
}

function refusedBy({ status }: Response, content: unknown): Error {
  const { error } = (content ?? {}) as { readonly error?: object };
  return typeof error === 'object'
    ? ErrorInfo.from(error)
    : new CommandError(`The server answered with HTTP status ${String(status)} and no reason.`, Exit.failed);
}

/** The page that a Link header names, on the same server: credentials go nowhere else. */
function nextOf(link: string | null, url: URL): URL | undefined {
  const [, target] = /<([^>]*)>\s*;[^,]*\brel="?next\b/.exec(link ?? '') ?? [];
  if (target === undefined) return undefined;
  const { pathname, search } = new URL(target, url);
  return new URL(pathname + search, url.origin);
}
