/** Paths of other pages, by relation (`next`, `first` …). */
export type Links = Readonly<Record<string, string>>;

/** RSC19d: the pages that a `Link` header names; relative links start from `path`. Hosts in links are ignored. */
export function linksOf(headers: Pick<Headers, 'get'>, path: string): Links {
  const links = (headers.get('link') ?? '').split(',').flatMap((link) => {
    const [target = '', ...params] = link.split(';').map((part) => part.trim());
    const relation = params.find((param) => param.startsWith('rel='))?.slice('rel='.length);
    return target.startsWith('<') && relation !== undefined
      ? [[unquoted(relation), pathOf(target.slice(1, -1), path)] as const]
      : [];
  });
  return Object.fromEntries(links);
}

const unquoted = (text: string): string => (text.startsWith('"') ? text.slice(1, -1) : text);

/** The host of the base does not matter: only path and query are used. */
function pathOf(link: string, path: string): string {
  const { pathname, search } = new URL(link, `http://host${path}`);
  return `${pathname}${search}`;
}
