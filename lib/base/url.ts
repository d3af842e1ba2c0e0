const scheme = /^[a-z][a-z\d+.-]*:/i;

/** Scheme, host and port of an http URL, in lower case and without the usual port; `undefined` for any other text. */
export function originOf(url: string): string | undefined {
  const [origin] = /^https?:\/\/[^/?#\\]+/i.exec(url) ?? [];
  return origin?.toLowerCase().replace(/^(http:.*):80$|^(https:.*):443$/, '$1$2');
}

/**
 * Resolves a reference by RFC 3986 §5.2, against a URL or a path. `new URL(reference, base)` is no help: React Native's
 * takes the two together as they are.
 */
export function resolve(reference: string, base: string): string {
  if (scheme.test(reference)) return reference;
  const [, origin = '', path = '', query = ''] =
    /^([a-z][a-z\d+.-]*:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?/i.exec(base) ?? [];
  if (reference.startsWith('//')) return `${scheme.exec(origin)?.[0] ?? ''}${reference}`;
  const [, to = '', rest = ''] = /^([^?#]*)([^#]*)/.exec(reference) ?? [];
  if (to === '') return origin + path + (rest || query);
  return origin + withoutDots(to.startsWith('/') ? to : path.replace(/[^/]*$/, '') + to) + rest;
}

/** Adds params to a URL's query; they replace fields of theirs, and the rest stays letter by letter: it may be signed. */
export function withQuery(url: string, params: Readonly<Record<string, string>>): string {
  const at = url.indexOf('?');
  const own = at < 0 ? [] : url.slice(at + 1).split('&');
  const kept = own.filter((part) => !Object.hasOwn(params, decoded(part.replace(/=.*/s, ''))));
  const text = [...kept, new URLSearchParams(params).toString()].filter((part) => part !== '').join('&');
  return `${at < 0 ? url : url.slice(0, at)}${text && `?${text}`}`;
}

/** A part of a query as it is meant; one that is malformed as it is. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part.replace(/\+/g, ' '));
  } catch {
    return part;
  }
}

/** RFC 3986 §5.2.4 */
function withoutDots(path: string): string {
  const kept: string[] = [];
  const segments = path.split('/');
  for (const [at, segment] of segments.entries()) {
    if (segment === '..' && kept.length > 1) kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (at === segments.length - 1) kept.push('');
  }
  return kept.join('/');
}
