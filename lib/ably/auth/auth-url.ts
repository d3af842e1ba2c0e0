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
import type { AuthOptions, CallbackParams } from './auth-options.js';
import { maxTokenSize } from './token.js';
import { errorBodyOf, fetchErrorCode } from '../rest/errors.js';
import type { Settings } from '../client/settings.js';
import { ErrorInfo, type WireError } from '../wire/error-info.js';
import { textsOf } from '../wire/texts.js';

type Texts = Readonly<Record<string, string>>;

/**
 * RSA8c: asks `authUrl`; emits what it answered, and completes. Errors where it answers anything but a token, its details
 * or a request for one. Unsubscribing aborts the request. No error repeats the URL's query.
 */
export const fetchFromAuthUrl = (
  authUrl: string,
  { authMethod = 'GET', authParams = {}, authHeaders = {} }: AuthOptions,
  params: CallbackParams,
  { fetch }: Pick<Settings, 'fetch'>,
): Observable<unknown> =>
  withAbortSignal((signal) => {
    const [url, init] = requestOf(authUrl, authMethod.toUpperCase(), { ...authParams, ...textsOf(params) }); // RSA8c2
    return defer(() => {
      const headers = new Headers({
        Accept: 'application/json, application/jwt, text/plain',
        ...init.headers,
      });
      for (const [name, value] of Object.entries(authHeaders)) headers.set(name, value); // in any case
      return fetch(url, { ...init, headers, signal });
    }).pipe(explained, switchMap(answerOf));
  });

/** RSA8c1, RSA8c1a, RSA8c1b, RSA8c1c: the URL's own query stays; in a GET the params come over it. */
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
  const kept = own.filter((part) => ![...new URLSearchParams(part).keys()].some((name) => name in params)); // letter by letter: it may be signed
  const text = [...kept, new URLSearchParams(params).toString()].filter((part) => part !== '').join('&');
  return [`${at < 0 ? page : page.slice(0, at)}${text && `?${text}`}`, { method }];
}

/** RSA8c: what an answer says, by its content type. */
const readers: ReadonlyMap<string, (text: string) => unknown> = new Map([
  ['text/plain', (text) => text.trim()],
  ['application/jwt', (text) => text.trim()],
  ['application/json', parsed],
]);

const answerOf = (response: Response): Observable<unknown> => {
  const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
  const kind = type.trim().toLowerCase();
  const read = response.ok
    ? readers.get(kind)
    : (text: string) => refused(response.status, errorBodyOf(text));
  if (read) return textOf(response).pipe(map(read));
  throw new TypeError(
    `the authUrl answered with the content type "${kind}". It has to be ${[...readers.keys()].join(', ')}.`,
  );
};

/** The body, as far as it may go: an endless one is given up. */
function textOf(response: Response): Observable<string> {
  const body = response.body as AsyncIterable<Uint8Array> | null | undefined; // not every fetch has it
  const decoder = new TextDecoder();
  if (!body) return defer(() => response.text()).pipe(explained);
  return from(body).pipe(
    explained,
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

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new TypeError('the authUrl answered with JSON that is none'); // the parser's own error repeats it
  }
}

/** RSA4d: 403 is for good, be it the answer's or that of the ErrorInfo in it. */
function refused(status: number, complaint: WireError): never {
  const { message, statusCode } = complaint;
  throw new ErrorInfo(
    `The authUrl answered ${status}${message ? ` (${message})` : ''}. Look into the log of the server behind it.`,
    {
      code: status === 403 || statusCode === 403 ? 40300 : 40170, // RSA4e
      cause: message === undefined ? undefined : ErrorInfo.from(complaint),
    },
  );
}

/** Without what a fetch says itself: that may repeat the URL. */
const explained = <T>(source: Observable<T>): Observable<T> =>
  source.pipe(catchError((thrown: unknown) => throwError(() => unreachable(thrown))));

const unreachable = (thrown: unknown): Error =>
  new Error(
    `the authUrl could not be reached (${fetchErrorCode(thrown)}). Check the network, the URL, and what it allows other origins.`,
  );
