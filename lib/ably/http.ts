import { catchError, merge, type Observable, take, throwError } from 'rxjs';
import { withQuery } from '../base/url.js';
import type { HttpPart } from './channel/port.js';
import { authorizedRequest } from './auth/authorized-request.js';
import { amount, callable, flag, type Validators } from '../options/validators.js';
import { check } from './check-options.js';
import { rememberingHosts } from './rest/host-order.js';
import { answerOf, type Request, request, type RequestFunction } from './rest/request.js';
import { ErrorInfo } from './wire/error-info.js';

/** The options of HTTP requests. */
export interface HttpOptions {
  /** TO3l4: milliseconds that one HTTP request may take, default 10,000. */
  readonly httpRequestTimeout?: number | undefined;
  /** TO3l5: how many fallback hosts an HTTP request may try, default 3. */
  readonly httpMaxRetryCount?: number | undefined;
  /** TO3l6: milliseconds after which an HTTP request tries no further host, default 15,000. */
  readonly httpMaxRetryDuration?: number | undefined;
  /** TO3l10: milliseconds for which HTTP requests go to the fallback host that answered last, default 600,000. */
  readonly fallbackRetryTimeout?: number | undefined;
  /** TO3p, RSC7c: whether requests bear an id of their own, `request_id`, which errors repeat as `requestId`; default false. */
  readonly addRequestIds?: boolean | undefined;
  /**
   * TO3n: whether messages that are published over HTTP, and annotations, bear ids, so that one that is sent twice counts once
   * (RSL1k1, RSAN1c4); default true.
   */
  readonly idempotentRestPublishing?: boolean | undefined;
  /** Used for every HTTP request; the platform's by default. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

export const httpValidators: Validators<keyof HttpOptions> = {
  httpRequestTimeout: amount,
  httpMaxRetryCount: amount,
  httpMaxRetryDuration: amount,
  fallbackRetryTimeout: amount,
  addRequestIds: flag,
  idempotentRestPublishing: flag,
  fetch: callable,
};

/** TO3n */
export const givesIds = ({ options }: { readonly options: HttpOptions }): boolean =>
  options.idempotentRestPublishing ?? true;

/** Requests of a client over HTTP. They end with 80017 where the client is disposed of. */
export interface Http {
  readonly fetch: typeof globalThis.fetch;
  /** Says nothing of who asks. */
  readonly request: RequestFunction;
  /** Asks in the client's name (RSA4b). */
  readonly authorized: RequestFunction;
}

/** HTTP for a client, made on first use. Throws 40000 with the name of an option that is wrong. */
export const http: HttpPart<Http> = (client) => {
  const options: HttpOptions = client.options;
  check(options, httpValidators);
  const { scheduler, random, endpoint, codec } = client;
  const plainFetch: typeof globalThis.fetch = options.fetch ?? ((...args) => globalThis.fetch(...args));
  const { outside } = client;
  const fetch: typeof globalThis.fetch = outside
    ? (...args) => outside(() => plainFetch(...args))
    : plainFetch;
  const settings = {
    ...endpoint,
    ...{ scheduler, random, fetch, codec, clientId: client.ownClientId },
    httpRequestTimeout: options.httpRequestTimeout ?? 10_000,
    httpMaxRetryCount: options.httpMaxRetryCount ?? 3,
    httpMaxRetryDuration: options.httpMaxRetryDuration ?? 15_000,
    fallbackRetryTimeout: options.fallbackRetryTimeout ?? 600_000,
  };
  const hosts = rememberingHosts(() => {
    const { value } = client.state;
    return value.name === 'connected' ? value.attempt.host : undefined; // RTN17e
  }, settings);
  const untilDisposed = <T>(once$: Observable<T>): Observable<T> =>
    merge(client.disposed$, once$).pipe(take(1));
  const plain: RequestFunction = (given) =>
    untilDisposed(
      options.addRequestIds
        ? withRequestId(given, inUrl(client.newId()), (named) => request(named, hosts, settings))
        : request(given, hosts, settings),
    );
  const { credentials } = client;
  return {
    fetch,
    request: plain,
    authorized: authorizedRequest(sending(plain), {
      credentials$: untilDisposed(credentials.credentials$),
      rejected: (...told) => credentials.rejected(...told),
    }),
  };
};

/** Marks the error of what may have been done all the same: it was sent, and its answer never came, or says that it failed midway. */
const sending =
  (ask: RequestFunction): RequestFunction =>
  (given) =>
    given.method === 'GET'
      ? ask(given)
      : ask(given).pipe(
          catchError((error: unknown) =>
            throwError(() =>
              error instanceof ErrorInfo && isUncertain(error)
                ? Object.assign(error, { uncertain: true as const })
                : error,
            ),
          ),
        );

/**
 * True of errors of the network, of a server that failed midway, and of a client that was disposed of meanwhile (80017); and of
 * an answer that could not be read (RSC8e2).
 */
const isUncertain = (error: ErrorInfo): boolean =>
  error.statusCode >= 500 ||
  error.code === 80000 ||
  error.code === 80017 ||
  (error.code === 40013 && !answerOf(error));

/** RSC7c: base64 in its kind for URLs. */
const inUrl = (id: string): string => id.replace(/[+/]/g, (letter) => (letter === '+' ? '-' : '_'));

/** RSC7c: asks with an id in the query, the same on each host, and in the error. */
const withRequestId = (given: Request, id: string, ask: RequestFunction): ReturnType<RequestFunction> =>
  ask({ ...given, path: withQuery(given.path, { request_id: id }) }).pipe(
    catchError((error: unknown) =>
      throwError(() => (error instanceof ErrorInfo ? Object.assign(error, { requestId: id }) : error)),
    ),
  );
