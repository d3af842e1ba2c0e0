import {
  concat,
  concatMap,
  defer,
  EMPTY,
  firstValueFrom,
  map,
  type Observable,
  of,
  repeat,
  takeWhile,
  tap,
} from 'rxjs';
import type { Answer, RequestFunction } from './request.js';
import { unexpectedResponse } from './errors.js';
import { isPath } from './links.js';

/** TG1: a page of results. Its requests reject with an ErrorInfo. */
export interface Page<T> {
  /** TG3 */
  readonly items: readonly T[];
  /** TG6 */
  readonly hasNext: boolean;
  /** TG7 */
  readonly isLast: boolean;
  /** TG4: requests the next page; `null` where this is the last one. */
  readonly next: () => Promise<Page<T> | null>;
  /** TG5: requests the first page again. */
  readonly first: () => Promise<Page<T>>;
}

/**
 * Results as a cold Observable: each subscription requests the first page, and a further one when all items of the page
 * before have been emitted, so that `take(5)` costs one request. Completes after the last item; errors with the ErrorInfo
 * of a request that failed.
 */
export type Paged<T> = Observable<T> & {
  /** TG1: requests the first page. */
  readonly page: () => Promise<Page<T>>;
};

/** A page with the way to the next one. */
interface LinkedPage<T> extends Page<T> {
  readonly next$: Observable<LinkedPage<T>>;
}

/** The items of all pages: one subscription after the other, and none within another, so that each page costs the same. */
const allFrom = <T>(first$: Observable<LinkedPage<T>>): Observable<T> =>
  defer(() => {
    let next$ = first$;
    return defer(() => next$).pipe(
      tap((page) => {
        next$ = page.next$;
      }),
      repeat(),
      takeWhile(({ hasNext }) => hasNext, true),
      concatMap(({ items }) => items),
    );
  });

/** TG2: the results at `path`, page by page. `items` reads the body of a page. */
export function paged<T>(
  ask: RequestFunction,
  path: () => string,
  items: (content: readonly unknown[]) => readonly T[],
): Paged<T> {
  const pageAt = (at: string): Observable<LinkedPage<T>> =>
    defer(() => {
      if (!isPath(at)) throw unexpectedResponse('Link header that leads to a page');
      return ask({ method: 'GET', path: at });
    }).pipe(map(linked));
  const linked = ({ content, links }: Answer): LinkedPage<T> => {
    const { next, first } = links;
    const next$ = next === undefined ? EMPTY : pageAt(next);
    return {
      items: items(listOf(content)),
      hasNext: next !== undefined,
      isLast: next === undefined,
      next$,
      next: () => firstValueFrom(concat(next$, of(null))),
      first: () => firstValueFrom(pageAt(first ?? path())),
    };
  };
  const first$ = defer(() => pageAt(path()));
  return Object.assign(allFrom(first$), { page: () => firstValueFrom(first$) });
}

function listOf(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content;
  throw unexpectedResponse('page of results');
}
