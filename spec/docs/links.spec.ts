import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { posix } from 'node:path';
import { pages, textOf } from './blocks.js';

const withoutCode = (text: string): string => text.replace(/^(```+).*?^\1$/gms, '').replace(/`[^`\n]*`/g, (code) => (code.includes('](') ? '' : code)); // prettier-ignore

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  return new Set(
    [...withoutCode(text).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => {
      const plain = heading!.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
      const anchor = plain.replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
      const count = seen.get(anchor) ?? 0;
      seen.set(anchor, count + 1);
      return count === 0 ? anchor : `${anchor}-${count}`;
    }),
  );
}

/** The links of a page that lead nowhere. */
function deadLinksIn(page: string): readonly string[] {
  const targets = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, target]) => target!);
  return targets
    .filter((target) => !/^(https?|mailto):/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#');
      const file = path === '' ? page : posix.join(posix.dirname(page), path);
      return !existsSync(file) || (anchor !== undefined && !anchorsOf(textOf(file)).has(anchor));
    });
}

describe('links of the docs', () => {
  for (const page of [...pages, 'CONTRIBUTING.md'])
    it(`${page} leads to what is there`, () => {
      expect(deadLinksIn(page)).to.deep.equal([]);
    });

  for (const index of ['docs/README.md', 'docs/decisions/README.md'])
    it(`lead from ${index} to each page`, () => {
      const folder = posix.dirname(index);
      const listed = pages.filter(
        (page) => page !== index && posix.dirname(page).replace('docs/frameworks', 'docs') === folder,
      );
      const text = textOf(index);
      expect(listed.filter((page) => !text.includes(`(${posix.relative(folder, page)})`))).to.deep.equal([]);
    });
});
