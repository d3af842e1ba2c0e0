import { catchError, defer, from, map, type Observable, switchMap, throwError } from 'rxjs';
import { withAbortSignal } from '../../rx/with-abort-signal.js';
import { timeoutFirst } from '../../rx/timeout-first.js';
import { agentOf, protocolVersion } from '../endpoint/agent.js';
import { inUrl } from '../endpoint/hosts.js';
import type { Settings } from '../client/settings.js';
import { ErrorInfo } from '../wire/error-info.js';
import { errorBodyOf } from './complaint.js';
import { type Links, linksOf } from './links.js';
import { fetchErrorCode } from './reason.js';

export interface Request {
  readonly method: 'GET' | 'POST';
  /** With a leading slash, and the query where there is one. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What JSON can tell. */
  readonly body?: object;
}

/** What came of a request. */
export interface Answer {
  /** What the body says. */
  readonly content: unknown;
  /** The pages that it names, by their relation (`next`, `first` …), as paths. */
  readonly links: Links;
}

/** Makes a request on whichever host will do. */
export type RequestFunction = (request: Request) => Observable<Answer>;

/** Why another host may do better (RSC15l). */
class Unserved extends Error {
  readonly reason: ErrorInfo;
  constructor(reason: ErrorInfo) {
    super(reason.message);
    this.reason = reason;
  }
}

/**
 * One HTTP request, as an Observable of what is answered: on `hosts` in their order (RTN17e, RSC15a), as
 * long as the next one may do better and `httpMaxRetryDuration` is not over (TO3l6). Unsubscribing aborts it. Errors with
 * an ErrorInfo.
 */
export function request(request: Request, hosts: readonly string[], settings: Settings): Observable<Answer> {
  const { scheduler, httpMaxRetryDuration } = settings;
  return defer(() => {
    const until = scheduler.now() + httpMaxRetryDuration;
    const onHost = (at: number): Observable<Answer> =>
      attempted(request, hosts[at] ?? '', settings).pipe(
        catchError((thrown: unknown) => {
          if (!(thrown instanceof Unserved)) return throwError(() => thrown);
          const hasNext = at + 1 < hosts.length && scheduler.now() < until;
          return hasNext ? onHost(at + 1) : throwError(() => thrown.reason);
        }),
      );
    return onHost(0);
  });
}

function attempted(request: Request, host: string, settings: Settings): Observable<Answer> {
  const { method, path, body } = request;
  const { fetch, tls, port, httpRequestTimeout: ms, scheduler } = settings;
  const url = `${tls ? 'https' : 'http'}://${inUrl(host)}:${port}${path}`;
  const headers = {
    Accept: 'application/json',
    ...(body && { 'Content-Type': 'application/json' }),
    'X-Ably-Version': protocolVersion, // RSC7e
    'Ably-Agent': agentOf(settings), // RSC7d2
    ...request.headers,
  };
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) };
  return withAbortSignal((signal) =>
    from(fetch(url, { ...init, signal })).pipe(
      switchMap((response) =>
        from(response.text()).pipe(
          map((text) => ({ content: contentOf(response, text), links: linksOf(response.headers, path) })),
        ),
      ),
      timeoutFirst(ms, scheduler, () => failed(host, `it did not answer within ${ms} ms`)), // RSC15l2
      catchError((thrown: unknown) => throwError(() => judged(thrown, host))),
    ),
  );
}

/** What an answer says. Throws what it complains of. */
function contentOf({ ok, status, headers }: Response, text: string): unknown {
  if (ok) return JSON.parse(text) as unknown;
  const error = ErrorInfo.from({
    code: status * 100,
    statusCode: status,
    message: `The server answered ${status}.`,
    ...errorBodyOf(text),
  });
  const isUnserved = (status >= 500 && status <= 504) || headers.get('server') === 'CloudFront'; // RSC15l3, RSC15l4
  throw isUnserved ? new Unserved(error) : error;
}

/** RSC15l1: a host that cannot be reached, or says what cannot be read, is one that another may stand in for. */
const judged = (thrown: unknown, host: string): Error =>
  thrown instanceof Unserved || thrown instanceof ErrorInfo ? thrown : failed(host, fetchErrorCode(thrown));

const failed = (host: string, why: string): Unserved =>
  new Unserved(
    new ErrorInfo(`The request to ${host} failed: ${why}. Check the network and the option "endpoint".`, {
      code: 80000,
      statusCode: 503,
    }),
  );
