import { resolve } from '../../base/url.js';

/** Paths of other pages, by relation (`next`, `first` …); a link that leads nowhere is as it came. */
export type Links = Readonly<Record<string, string>>;

/** RSC19d: the pages that a `Link` header names; relative links start from `path`. Hosts in links are ignored. */
export function linksOf(headers: Pick<Headers, 'get'>, path: string): Links {
  const links = [...(headers.get('link') ?? '').matchAll(/<([^>]*)>([^<]*)/g)].flatMap(
    ([, target = '', params = '']) => {
      const [, quoted, bare] = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))/i.exec(params) ?? [];
      const relation = quoted ?? bare;
      return relation === undefined ? [] : [[relation, pathOf(target, path)] as const];
    },
  );
  return Object.fromEntries(links);
}

/** The host of the base does not matter: only path and query are used. */
function pathOf(link: string, path: string): string {
  const at = resolve(link, path).replace(/^(?:https?:)?\/\/[^/?#]*|#.*/gi, '');
  return /^\/\S*$/.test(at) ? at : link;
}

/** Whether a link leads to a page. */
export const isPath = (link: string): boolean => link.startsWith('/') && !/\s/.test(link);
