import { refusal } from '../wire/errors.js';

type Direction = 'forwards' | 'backwards';

/** Items to page through, oldest first. */
export interface Listing<T> {
  readonly query: URLSearchParams;
  /** Last part of the path, to which links are relative. */
  readonly name: string;
  /** Default of the parameter direction. */
  readonly direction: Direction;
  readonly items: readonly T[];
  /** Key that sorts as the items do. */
  readonly keyOf: (item: T) => string;
}

/** One page, and links to other pages (TG2). */
export interface Page<T> {
  readonly items: readonly T[];
  readonly link: string;
}

/** The page for the parameters direction, limit and cursor. Throws 40003 on bad ones. */
export function pageOf<T>({ query, name, direction, items, keyOf }: Listing<T>): Page<T> {
  const forwards = directionOf(query, direction) === 'forwards';
  const limit = wholeNumber(query, 'limit', 100);
  if (limit < 1 || limit > 1000) throw refusal(40003, 400, 'The limit is a number from 1 to 1000.');
  const cursor = query.get('cursor') ?? undefined; // key of the last item of the page before
  const isAfter = (key: string): boolean => cursor === undefined || (forwards ? key > cursor : key < cursor);
  const ordered = forwards ? items : [...items].reverse();
  const rest = ordered.filter((item) => isAfter(keyOf(item)));
  const chosen = rest.slice(0, limit);
  const last = chosen[chosen.length - 1];
  const link = (rel: string, from?: string): string => linkTo(query, { name, rel, from });
  const next = rest.length > chosen.length && last !== undefined ? [link('next', keyOf(last))] : [];
  return { items: chosen, link: [link('first'), link('current', cursor), ...next].join(', ') };
}

function directionOf(query: URLSearchParams, usual: Direction): Direction {
  const direction = query.get('direction') ?? usual;
  if (direction === 'backwards' || direction === 'forwards') return direction;
  throw refusal(40003, 400, 'The direction is "forwards" or "backwards".');
}

/** A parameter that is a whole number. Throws 40003 when it is malformed. */
export function wholeNumber(query: URLSearchParams, name: string, absent: number): number {
  const text = query.get(name);
  if (text === null) return absent;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw refusal(40003, 400, `The parameter ${name} is not a whole number.`);
}

const secret = new Set(['key', 'accessToken', 'access_token', 'cursor']);

interface Link {
  readonly name: string;
  readonly rel: string;
  readonly from: string | undefined;
}

function linkTo(query: URLSearchParams, { name, rel, from }: Link): string {
  const params = new URLSearchParams([...query].filter(([param]) => !secret.has(param)));
  if (!params.has('limit')) params.set('limit', '100');
  if (from !== undefined) params.set('cursor', from);
  return `<./${name}?${params.toString()}>; rel="${rel}"`;
}
