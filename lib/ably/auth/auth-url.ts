import {
  catchError,
  defer,
  from,
  map,
  type Observable,
  scan,
  startWith,
  switchMap,
  takeLast,
  throwError,
} from 'rxjs';
import { withAbortSignal } from '../../rx/with-abort-signal.js';
import { errorBodyOf } from '../rest/complaint.js';
import { fetchErrorCode } from '../rest/reason.js';
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
  { authUrl, authMethod = 'GET', authParams = {}, authHeaders = {} },
  params,
  fetch,
) =>
  withAbortSignal((signal) => {
    const [url, init] = requestOf(authUrl, authMethod.toUpperCase(), { ...authParams, ...textsOf(params) }); // RSA8c2
    return defer(() => {
      const headers = new Headers({
        Accept: 'application/json, application/jwt, text/plain',
        ...init.headers,
      });
      for (const [name, value] of Object.entries(authHeaders)) headers.set(name, value); // replaces in any case
      return fetch(url, { ...init, headers, signal });
    }).pipe(withoutUrl, switchMap(answerOf));
  });

/** RSA8c1, RSA8c1a, RSA8c1b, RSA8c1c: keeps the URL's own query; in a GET the params replace fields of it. */
function requestOf(
  authUrl: string,
  method: string,
  params: Texts,
): readonly [
  url: string,
  init: { readonly method: string; readonly body?: string; readonly headers?: Texts },
] {
  const [page = ''] = authUrl.split('#');
  if (method === 'POST') {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    return [page, { method, body: new URLSearchParams(params).toString(), headers }];
  }
  const at = page.indexOf('?');
  const own = at < 0 ? [] : page.slice(at + 1).split('&');
  const kept = own.filter((part) => ![...new URLSearchParams(part).keys()].some((name) => name in params)); // not decoded: it may be signed
  const text = [...kept, new URLSearchParams(params).toString()].filter((part) => part !== '').join('&');
  return [`${at < 0 ? page : page.slice(0, at)}${text && `?${text}`}`, { method }];
}

/** RSA8c: readers of answers, by content type. */
const readers: ReadonlyMap<string, (text: string) => unknown> = new Map([
  ['text/plain', (text) => text.trim()],
  ['application/jwt', (text) => text.trim()],
  ['application/json', parseJson],
]);

const answerOf = (response: Response): Observable<unknown> => {
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  const kind = type.trim().toLowerCase();
  const read = response.ok ? readers.get(kind) : (text: string) => refuse(response.status, errorBodyOf(text));
  if (read) return textOf(response).pipe(map(read));
  throw new TypeError(
    `the authUrl answered with the content type "${kind}". It has to be ${[...readers.keys()].join(', ')}.`,
  );
};

/** The body; stops reading one that is longer than a token may be. */
function textOf(response: Response): Observable<string> {
  const body = response.body as AsyncIterable<Uint8Array> | null | undefined; // some implementations of fetch have none
  const decoder = new TextDecoder();
  if (!body) return defer(() => response.text()).pipe(withoutUrl);
  return from(body).pipe(
    withoutUrl,
    scan((text, bytes) => {
      const longer = text + decoder.decode(bytes, { stream: true });
      if (longer.length > maxTokenSize)
        throw new RangeError(`the authUrl answered with more than ${maxTokenSize} bytes`);
      return longer;
    }, ''),
    startWith(''),
    takeLast(1),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError('the authUrl answered with malformed JSON'); // the parser's own error repeats the secret
  }
}

/** RSA4d: 403 is final, whether the answer has it or the ErrorInfo in it. */
function refuse(status: number, body: WireError): never {
  const { message, statusCode } = body;
  throw new ErrorInfo(
    `The authUrl answered ${status}${message ? ` (${message})` : ''}. See the log of that server.`,
    {
      code: status === 403 || statusCode === 403 ? 40300 : 40170, // RSA4e
      cause: message === undefined ? undefined : ErrorInfo.from(body),
    },
  );
}

/** Replaces errors of fetch, which may repeat the URL. */
const withoutUrl = <T>(source: Observable<T>): Observable<T> =>
  source.pipe(catchError((thrown: unknown) => throwError(() => unreachable(thrown))));

const unreachable = (thrown: unknown): Error =>
  new Error(
    `the authUrl could not be reached (${fetchErrorCode(thrown)}). Check the network, the URL, and its CORS headers.`,
  );

/** Requests tokens from `authUrl`: a way for `tokenAuth`. */
export const authUrl: Pick<Required<TokenWays>, 'authUrl'> = { authUrl: fetchFromAuthUrl };
