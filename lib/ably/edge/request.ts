import { catchError, map, type Observable, of, throwError } from 'rxjs';
import type { Holder } from '../../base/described.js';
import { withQuery } from '../../base/url.js';
import { isObject, isText } from '../../options/validators.js';
import { clientIn, type HttpContext } from '../channel/port.js';
import { fieldsOf, invalid } from '../check-options.js';
import type { Params } from '../messages/history.js';
import { unexpectedResponse } from '../rest/errors.js';
import { isPath } from '../rest/links.js';
import type { Page } from '../rest/pages.js';
import { type Answer, answerOf, type Request } from '../rest/request.js';
import { textsOf } from '../wire/texts.js';
import { ask, promised } from './perform.js';

/** RSC19f: the parts of a request that may be left out. */
export interface RequestOptions {
  /** Added to the query of the path. */
  readonly params?: Params | undefined;
  /** An object or an array, sent in JSON or MessagePack as the client's codec has it. */
  readonly body?: object | undefined;
  /** They replace the client's own, but for the credentials. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** RSC19f1: the version of the protocol in which the request is meant; this library's own by default. */
  readonly version?: number | undefined;
}

const known: Readonly<Record<keyof RequestOptions, 0>> = { params: 0, body: 0, headers: 0, version: 0 };

/** HP1: the answer of a server, be it an error, as a page. */
export interface HttpPaginatedResponse<T = unknown> extends Page<T> {
  /** HP4 */
  readonly statusCode: number;
  /** HP5: whether the status is one of success. */
  readonly success: boolean;
  /** HP6: `undefined` where the server told of no error. */
  readonly errorCode: number | undefined;
  /** HP7 */
  readonly errorMessage: string | undefined;
  /** HP8 */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** HP2 */
  readonly next: () => Promise<HttpPaginatedResponse<T> | null>;
  readonly first: () => Promise<HttpPaginatedResponse<T>>;
}

/**
 * RSC19, RTC9: makes any request of the REST API in the client's name, with its retries on other hosts. Resolves with the
 * answer, also where that is an error of the server: look at `success`. Rejects where no host could be reached, with 40170
 * or 40171 without a token, and on bad arguments (40000).
 *
 * @example
 * ```ts
 * const { items, success } = await request<string>(client, 'GET', '/channels', { params: { prefix: 'chat:' } });
 * ```
 */
export function request<T = unknown>(
  client: Holder<HttpContext>,
  method: string,
  path: string,
  options?: RequestOptions,
): Promise<HttpPaginatedResponse<T>> {
  const inside = clientIn(client);
  return promised(() => {
    const { params, body, headers, version } = fieldsOf(
      options,
      known,
      inside.log,
      'the options of a request',
    );
    if (!isText(method) || !/^[a-z]+$/i.test(method))
      throw invalid('method', "'GET' or another method of HTTP");
    if (!isText(path) || !isPath(path)) throw invalid('path', 'a path that begins with a slash');
    if (body != null && !Array.isArray(body) && !isObject(body))
      throw invalid('body', 'an object or an array');
    return answered<T>(inside, {
      method: method.toUpperCase(), // fetch knows no "patch"
      path: withQuery(path, textsOf(params ?? {})),
      body: body ?? undefined,
      headers: { ...ownOf(headers ?? {}), ...(version != null && { 'X-Ably-Version': String(version) }) },
    });
  });
}

/** RSC19b: headers but for credentials, in the case of the client's own, which they replace. */
const ownOf = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !/^(authorization|x-ably-clientid)$/i.test(name))
      .map(([name, value]) => [
        name.toLowerCase().replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
        value,
      ]),
  );

/** Takes an error of the server for an answer (HP5); what was lost on the way, or has no token, stays an error (RSC19e). */
const answered = <T>(client: HttpContext, asked: Request): Observable<HttpPaginatedResponse<T>> =>
  ask(client, asked).pipe(
    catchError((error: unknown) => {
      const answer = answerOf(error);
      return answer ? of(answer) : throwError(() => error);
    }),
    map((answer) => responseOf<T>(answer, client, asked)),
  );

function responseOf<T>(
  { status, headers, content, links }: Answer,
  client: HttpContext,
  asked: Request,
): HttpPaginatedResponse<T> {
  const { next, first } = links;
  const at = (path: string): Promise<HttpPaginatedResponse<T>> =>
    promised(() => {
      if (!isPath(path)) throw unexpectedResponse('Link header that leads to a page');
      return answered<T>(client, { method: 'GET', path, ...(asked.headers && { headers: asked.headers }) });
    });
  const code = Number(headers.get('x-ably-errorcode') ?? NaN);
  return {
    items: (content == null ? [] : [content].flat()) as unknown[] as readonly T[], // HP3
    hasNext: next !== undefined,
    isLast: next === undefined,
    next: () => (next === undefined ? Promise.resolve(null) : at(next)),
    first: () => at(first ?? asked.path),
    statusCode: status,
    success: status >= 200 && status < 300,
    errorCode: Number.isNaN(code) ? undefined : code,
    errorMessage: headers.get('x-ably-errormessage') ?? undefined,
    headers: [...headers],
  };
}
