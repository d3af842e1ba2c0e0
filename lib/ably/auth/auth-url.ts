import {
  catchError,
  defer,
  from,
  map,
  type Observable,
  of,
  scan,
  startWith,
  switchMap,
  takeLast,
  throwError,
} from 'rxjs';
import { redact } from '../../base/redact.js';
import { retryAfterOf } from '../../base/retry-after.js';
import { originOf, resolve, withQuery } from '../../base/url.js';
import { fromUtf8 } from '../../codec/utf8.js';
import { withAbortSignal } from '../../rx/with-abort-signal.js';
import { errorBodyOf, fetchErrorCode } from '../rest/errors.js';
import { ErrorInfo, type WireError } from '../wire/error-info.js';
import { textsOf } from '../wire/texts.js';
import type { TokenWays } from './request-token.js';
import { maxTokenSize } from './token.js';

type Texts = Readonly<Record<string, string>>;

/**
 * RSA8c: requests `authUrl`, emits its answer, and completes. Errors for an answer of another content type, or with
 * another status than 2xx. Unsubscribing aborts the request. No error repeats the URL's query.
 */
export const fetchFromAuthUrl: Required<TokenWays>['authUrl'] = (
  { authUrl, authMethod = 'GET', authParams = {}, authHeaders = {}, authCredentials },
  params,
  fetch,
) =>
  withAbortSignal((signal) => {
    const [url, init] = requestOf(authUrl, authMethod.toUpperCase(), textsOf({ ...authParams, ...params })); // RSA8c2
    const ask = (at: string, { headers, ...given }: Init, redirects: number): Observable<Response> =>
      defer(() => {
        const all = new Headers({ Accept: 'application/json, application/jwt, text/plain', ...headers });
        for (const [name, value] of Object.entries(authHeaders)) all.set(name, String(value)); // replaces in any case
        const credentials = authCredentials && { credentials: authCredentials };
        return fetch(at, { ...given, ...credentials, headers: all, redirect: 'manual', signal });
      }).pipe(
        withoutUrl,
        switchMap((response) => {
          const target = targetOf(response, at, redirects);
          return target === undefined
            ? of(response)
            : ask(
                target,
                isRepeated(response, given.method) ? { headers, ...given } : { method: 'GET' },
                redirects + 1,
              );
        }),
      );
    return ask(url, init, 0).pipe(switchMap(answerOf));
  });

/** Redirects that are followed, one after the other. */
const maxRedirects = 5;

/** The URL to ask instead; `undefined` where this is the answer. Throws where the credentials would go to another origin. */
function targetOf(response: Response, requestedUrl: string, redirects: number): string | undefined {
  const { status, type, headers, url } = response;
  const origin = originOf(requestedUrl);
  if (type === 'opaqueredirect') throw redirected('and this platform does not tell where to');
  const location = [301, 302, 303, 307, 308].includes(status) ? headers.get('location') : null;
  const target = location === null ? url : resolve(location, requestedUrl); // some implementations of fetch follow by themselves
  if (origin !== undefined && target && originOf(target) !== origin)
    throw redirected(`to another origin (${originOf(target) ?? 'none'})`);
  if (location === null) return undefined;
  if (origin === undefined || redirects >= maxRedirects) throw redirected('over and over');
  return target;
}

/** Whether a redirect keeps method and body, by the standard of fetch. */
const isRepeated = ({ status }: Response, method: string): boolean =>
  status > 303 || (status < 303 && method === 'GET');

const redirected = (where: string): ErrorInfo =>
  new ErrorInfo(
    `The authUrl redirects ${where}, so that its headers and params are not sent on. Set "authUrl" to the URL that answers with the token.`,
    { code: 40170 },
  );

interface Init {
  readonly method: string;
  readonly body?: string;
  readonly headers?: Texts | undefined;
}

/** RSA8c1, RSA8c1a, RSA8c1b, RSA8c1c: keeps the URL's own query; in a GET the params replace fields of it. */
function requestOf(authUrl: string, method: string, params: Texts): readonly [url: string, init: Init] {
  const [page = ''] = authUrl.split('#');
  if (method === 'POST') {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    return [page, { method, body: new URLSearchParams(params).toString(), headers }];
  }
  return [withQuery(page, params), { method }];
}

/** RSA8c: reads an answer by its content type. Many servers call JSON plain text: no token begins as JSON does. */
const readerOf = (kind: string): ((text: string) => unknown) | undefined =>
  /^(?:text|application)\/(?:[^+]+\+)?json$/.test(kind)
    ? parseJson
    : kind === 'text/plain' || kind === 'application/jwt'
      ? (text) => (/^\s*["{]/.test(text) ? parseJson(text) : text.trim())
      : undefined;

const answerOf = (response: Response): Observable<unknown> => {
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  const kind = type.trim().toLowerCase();
  const read = response.ok ? readerOf(kind) : (text: string) => refuse(response, errorBodyOf(text));
  if (read) return textOf(response).pipe(map(read));
  throw new TypeError(
    `the authUrl answered with the content type "${kind}". It has to be text/plain, application/jwt, application/json.`,
  );
};

/** The body; stops reading one that is longer than a token may be. */
function textOf(response: Response): Observable<string> {
  const body = response.body as AsyncIterable<Uint8Array> | null | undefined; // some implementations of fetch have none
  if (!body) return defer(() => response.text()).pipe(withoutUrl);
  return from(body).pipe(
    withoutUrl,
    scan((before, bytes) => {
      const longer = new Uint8Array(before.length + bytes.length);
      if (longer.length > maxTokenSize)
        throw new RangeError(`the authUrl answered with more than ${maxTokenSize} bytes`);
      longer.set(before);
      longer.set(bytes, before.length);
      return longer;
    }, new Uint8Array()),
    startWith(new Uint8Array()),
    takeLast(1),
    map(plainTextOf),
  );
}

/** The text of an answer, without a mark of byte order. Old servers write errors in Latin-1, whose status must not be lost. */
function plainTextOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes).replace(/^\ufeff/, '');
  } catch {
    return bytes.reduce((text, byte) => text + String.fromCharCode(byte), '');
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError('the authUrl answered with malformed JSON'); // the parser's own error repeats the secret
  }
}

/** RSA4d: 403 is final, whether the answer has it or the ErrorInfo in it. */
function refuse({ status, headers }: Response, body: WireError): never {
  const { statusCode } = body;
  const message = body.message && redact(body.message);
  throw new ErrorInfo(
    `The authUrl answered ${status}${message ? ` (${message})` : ''}. See the log of that server.`,
    {
      code: status === 403 || statusCode === 403 ? 40300 : 40170, // RSA4e
      cause: message === undefined ? undefined : ErrorInfo.from(body),
      retryAfter: retryAfterOf((name) => headers.get(name)),
    },
  );
}

/** Replaces errors of fetch, which may repeat the URL. */
const withoutUrl = <T>(source: Observable<T>): Observable<T> =>
  source.pipe(catchError((thrown: unknown) => throwError(() => unreachable(thrown))));

const unreachable = (thrown: unknown): Error =>
  new Error(
    `the authUrl could not be reached (${fetchErrorCode(thrown)}). Check the network, the URL, which has to be whole outside a page, and its CORS headers.`,
  );

/**
 * RSA8c: requests tokens from `authUrl`: a way for `tokenAuth`. A request that fails is 40170, or 40300 where the URL
 * answers 403, which has the connection fail (RSA4d). The params of the token are added to the URL's query, or are the
 * form of a POST.
 *
 * @example
 * ```ts
 * createClient({ auth: tokenAuth({ authUrl: '/token', authMethod: 'POST' }, authUrl) });
 * ```
 */
export const authUrl: Pick<Required<TokenWays>, 'authUrl'> = { authUrl: fetchFromAuthUrl };
