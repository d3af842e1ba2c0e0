import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';

/** A group of pages in the sidebar, as VitePress takes it. */
interface Group {
  readonly text: string;
  readonly items: readonly { readonly text: string; readonly link: string }[];
}

/** The contents of the docs are a page of their own; the site's first page is another one. */
const contents = 'contents.md';

const link = /\[((?:[^[\]]|\[[^\]]*\])*)\]\(([^)\s]+)\)/g;

/** Where a page of the docs stands on the site. */
const placeOf = (file: string): string =>
  file === 'README.md' ? contents : file.replace(/(?<=\/)README\.md$/, 'index.md');

/** Where a link of the docs leads on the site; `undefined` for files of the repository that are no pages. */
function targetOf(page: string, target: string): string | undefined {
  if (/^([a-z]+:|#)/.test(target)) return target;
  const [file = '', hash = ''] = target.split(/(?=#)/);
  const path = posix.normalize(posix.join('docs', posix.dirname(page), file));
  if (path === 'README.md') return `/${hash}`;
  if (path === 'docs/README.md' || path === 'docs' || path === 'docs/') return `/${contents}${hash}`;
  if (!path.startsWith('docs/')) return undefined;
  const inDocs = path.slice('docs/'.length);
  if (inDocs.endsWith('.md')) return `/${placeOf(inDocs)}${hash}`;
  return posix.extname(inDocs) === '' ? `/${inDocs}/` : target; // a folder's page, or a picture
}

/** A page of the docs for the site: links to files that the site does not have become their names. */
export const pageOf = (page: string, text: string): string =>
  text
    .split(/(^```[\s\S]*?^```$)/m)
    .map((part, at) =>
      at % 2 === 1
        ? part
        : part.replace(link, (_, label: string, target: string) => {
            const found = targetOf(page, target);
            return found === undefined ? label : `[${label}](${found})`;
          }),
    )
    .join('');

/** The sidebar out of the contents: a heading is a group, a link in its list is a page. */
export function sidebarOf(text: string): readonly Group[] {
  const groups = text.split(/^## /m).slice(1);
  return groups.flatMap((group) => {
    const [title = ''] = group.split('\n', 1);
    const items = [...group.matchAll(link)]
      .filter(([, , target = '']) => /^[\w/-]+\.md$/.test(target))
      .map(([, label = '', target = '']) => ({
        text: label.replaceAll('`', '').replace(/^[a-z]/, (first) => first.toUpperCase()),
        link: `/${target.replace(/(README)?\.md$/, '')}`,
      }));
    return items.length > 0 ? [{ text: title.trim(), items }] : [];
  });
}

/** Copies the docs and the site's own pages into `out`, and writes the sidebar. */
export async function copyPages(docs: string, own: string, out: string): Promise<void> {
  const files = await readdir(docs, { recursive: true });
  for (const file of files.filter((name) => name.endsWith('.md'))) {
    const place = join(out, placeOf(file));
    await mkdir(dirname(place), { recursive: true });
    await writeFile(place, pageOf(file, await readFile(join(docs, file), 'utf8')));
  }
  if (existsSync(join(docs, 'images')))
    await cp(join(docs, 'images'), join(out, 'images'), { recursive: true });
  await cp(own, out, { recursive: true });
  const listed = await readFile(join(docs, 'README.md'), 'utf8');
  await writeFile(join(out, 'sidebar.json'), JSON.stringify(sidebarOf(listed)));
}
