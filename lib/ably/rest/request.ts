import {
  catchError,
  defer,
  from,
  map,
  type Observable,
  type SchedulerLike,
  switchMap,
  tap,
  throwError,
} from 'rxjs';
import { retryAfterOf } from '../../base/retry-after.js';
import { steady } from '../../rx/clock.js';
import { withAbortSignal } from '../../rx/with-abort-signal.js';
import { timeoutFirst } from '../../rx/timeout-first.js';
import { toBase64 } from '../../codec/base64.js';
import type { Codec } from '../../codec/codec.js';
import { json } from '../../codec/json.js';
import { toUtf8 } from '../../codec/utf8.js';
import { agentOf, protocolVersion } from '../endpoint/agent.js';
import { type Door, originOf } from '../endpoint/hosts.js';
import { ErrorInfo } from '../wire/error-info.js';
import { errorBodyOf, fetchErrorCode } from './errors.js';
import type { RequestHosts } from './host-order.js';
import { type Links, linksOf } from './links.js';

export interface Request {
  readonly method: string;
  /** Begins with a slash, and includes the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as the client's codec has it. */
  readonly body?: object | undefined;
  /** True of a change that adds up when it is made twice: no further host is asked once one may have made it. */
  readonly once?: boolean | undefined;
}

/** Answer of a server. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body, decoded; `undefined` where there is none. */
  readonly content: unknown;
  /** Paths of the pages that its `Link` header names, by relation (`next`, `first` …). */
  readonly links: Links;
}

export interface RequestSettings extends Door {
  readonly fetch: typeof globalThis.fetch;
  readonly platform: { readonly agent: string };
  readonly codec: Codec;
  readonly clientId: string | undefined;
  /** Milliseconds that one host may take. */
  readonly httpRequestTimeout: number;
  /** TO3l6: milliseconds after which no further host is tried. */
  readonly httpMaxRetryDuration: number;
  readonly scheduler: SchedulerLike;
}

/** Makes a request on each subscription; errors with an ErrorInfo. */
export type RequestFunction = (request: Request) => Observable<Answer>;

/** Failure of one host that another host may not share (RSC15l). */
class Unserved extends Error {
  readonly reason: ErrorInfo;
  /** True where no connection came about, so that the host cannot have seen the request. */
  readonly isUnsent: boolean;
  constructor(reason: ErrorInfo, isUnsent = false) {
    super(reason.message);
    this.reason = reason;
    this.isUnsent = isUnsent;
  }
}

/**
 * Makes one HTTP request and emits its answer: asks hosts in their order (RTN17e, RSC15a, RSC15f), as long as the next one may do
 * better and `httpMaxRetryDuration` is not over (TO3l6). Errors with an ErrorInfo. Unsubscribing aborts the request.
 */
export function request(
  request: Request,
  { order, heard }: RequestHosts,
  settings: RequestSettings,
): Observable<Answer> {
  const { scheduler, httpMaxRetryDuration } = settings;
  return defer(() => {
    const hosts = order();
    const now = steady(scheduler);
    const until = now() + httpMaxRetryDuration;
    const onHost = (at: number): Observable<Answer> => {
      const host = hosts[at] ?? '';
      return askHost(request, host, settings).pipe(
        tap(() => {
          heard(host, true);
        }),
        catchError((thrown: unknown) => {
          heard(host, !(thrown instanceof Unserved));
          if (!(thrown instanceof Unserved)) return throwError(() => thrown);
          const mayRepeat = !request.once || thrown.isUnsent;
          const hasNext = mayRepeat && at + 1 < hosts.length && now() < until;
          return hasNext ? onHost(at + 1) : throwError(() => thrown.reason);
        }),
      );
    };
    return onHost(0);
  });
}

function askHost(request: Request, host: string, settings: RequestSettings): Observable<Answer> {
  const { method, path, body } = request;
  const { fetch, platform, codec, clientId, httpRequestTimeout: ms, scheduler } = settings;
  const url = originOf('http', host, settings) + path;
  const headers = {
    Accept: typeOf(codec), // RSC8c
    ...(body && { 'Content-Type': typeOf(codec) }),
    'X-Ably-Version': protocolVersion, // RSC7e
    'Ably-Agent': agentOf(platform), // RSC7d2
    ...(clientId !== undefined && { 'X-Ably-ClientId': toBase64(toUtf8(clientId)) }), // RSA7e2
    ...request.headers,
  };
  const init = { method, headers, ...(body && { body: codec.encode(body) as BodyInit }) };
  return withAbortSignal((signal) =>
    defer(() => fetch(url, { ...init, redirect: 'manual', signal })).pipe(
      switchMap((response) => {
        if (isRedirect(response)) throw redirected(host);
        const { status, headers: answered } = response;
        return contentIn(response, codec).pipe(
          map((content) => {
            const answer = { status, headers: answered, content, links: linksOf(answered, path) };
            if (!response.ok) throw errorOf(answer);
            return answer;
          }),
        );
      }),
      timeoutFirst(ms, scheduler, () => unserved(host, `it did not answer within ${ms} ms`)), // RSC15l2
      catchError((thrown: unknown) => throwError(() => asError(thrown, host))),
    ),
  );
}

/** A browser does not tell the status of a redirect that it has not followed. */
const isRedirect = ({ type, status }: Response): boolean =>
  type === 'opaqueredirect' || (status >= 300 && status < 400);

const redirected = (host: string): ErrorInfo =>
  new ErrorInfo(
    `The server at ${host} redirects, and credentials are not sent on. Set "endpoint" to the host that answers.`,
    { code: 50000 },
  );

/** RSC8c */
const typeOf = ({ format }: Codec): string => `application/${format === 'json' ? '' : 'x-'}${format}`;

/** RSC8d: the body, by its own type. One that is malformed is left as it is where the status says enough. */
function contentIn(response: Response, codec: Codec): Observable<unknown> {
  const { ok, status, headers } = response;
  const type = headers.get('content-type') ?? '';
  const reader = codec.binary && type.startsWith(typeOf(codec)) ? codec : json;
  return from<Promise<string | ArrayBuffer>>(reader === json ? response.text() : response.arrayBuffer()).pipe(
    map((body): unknown => {
      if (body === '' || (body as ArrayBuffer).byteLength === 0) return undefined;
      try {
        return reader.decode(body);
      } catch {
        if (!ok) return body;
        throw unsupported(type, status);
      }
    }),
  );
}

/** RSC8e2 */
const unsupported = (type: string, status: number): ErrorInfo =>
  new ErrorInfo(unreadable(type, status), { code: 40013 });

/** RSC8e, without the body: it may hold a secret. */
const unreadable = (type: string, status: number): string =>
  `The server answered ${status} with a body of the type "${type}" that this client cannot read. Check the options "endpoint" and "codec".`;

const answers = new WeakMap<object, Answer>();

/** The answer that an error was made of; `undefined` where there was none. */
export const answerOf = (error: unknown): Answer | undefined => answers.get(error as object);

/** Forgets that answer: it was one to another request than the one that fails by it. */
export const forgetAnswer = (error: unknown): void => {
  answers.delete(error as object);
};

/** The error of an answer whose status is one. */
function errorOf(answer: Answer): Error {
  const { status, headers, content } = answer;
  const type = headers.get('content-type') ?? '';
  const isRead = typeof content !== 'string' || type === '' || type.includes('json');
  const message = isRead ? `The server answered ${status}.` : unreadable(type, status); // RSC8e1
  const wire = {
    ...{ code: status * 100, statusCode: status, message },
    ...errorBodyOf(content),
  };
  const error = ErrorInfo.from(
    wire,
    retryAfterOf((name) => headers.get(name)),
  );
  answers.set(error, answer);
  const isUnserved = (status >= 500 && status <= 504) || headers.get('server') === 'CloudFront'; // RSC15l3, RSC15l4
  return isUnserved ? new Unserved(error) : error;
}

/** RSC15l1: another host may do better where this one cannot be reached, or its answer cannot be read. */
const asError = (thrown: unknown, host: string): Error =>
  thrown instanceof Unserved || thrown instanceof ErrorInfo ? thrown : unserved(host, fetchErrorCode(thrown));

const unserved = (host: string, why: string): Unserved =>
  new Unserved(
    new ErrorInfo(`The request to ${host} failed: ${why}. Check the network and the option "endpoint".`, {
      code: 80000,
      statusCode: 503,
    }),
    neverConnected.has(why),
  );

/** Codes of Node's fetch, by `fetchErrorCode`, where no connection came about; a browser does not tell. */
const neverConnected: ReadonlySet<string> = new Set([
  'bad port',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
