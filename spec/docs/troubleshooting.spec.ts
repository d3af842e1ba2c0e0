import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

const page = readFileSync('docs/troubleshooting.md', 'utf8');

/** Numbers in the code of the Ably client that are codes of errors, with the files that have them. */
function codesInLib(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const files = readdirSync('lib', { recursive: true, encoding: 'utf8' }).filter((file) =>
    /^(ably|crypto|codec|view|flow|connection)\/.*\.ts$/.test(file.replaceAll('\\', '/')),
  );
  for (const file of files) {
    const visit = (node: ts.Node): void => {
      if (ts.isNumericLiteral(node) && /^(4\d|5\d|8\d|9\d)\d{3}$/.test(node.text))
        found.set(node.text, [...(found.get(node.text) ?? []), file]);
      ts.forEachChild(node, visit);
    };
    visit(ts.createSourceFile(file, readFileSync(`lib/${file}`, 'utf8'), ts.ScriptTarget.ES2022));
  }
  return found;
}

/** Codes that the client compares, and the server makes. */
const ofServer: ReadonlySet<string> = new Set(['40104', '40140', '40150', '80016']);

describe('docs/troubleshooting.md', () => {
  const codes = [...codesInLib().keys()].filter((code) => !ofServer.has(code)).sort();

  it('finds the codes in the library', () => {
    expect(codes).to.include.members(['40000', '80030', '91005']).and.to.have.length.above(30);
  });

  it('has each code that the library makes, and no other', () => {
    expect([...page.matchAll(/^### Code (\d{5})$/gm)].map(([, code]) => code)).to.deep.equal(codes);
  });

  it('has the anchor of each that links lead to, the same on GitHub and on the site', () => {
    const headings = page.match(/^#+ .*\d{5}.*$/gm) ?? [];
    const anchors = headings.map((heading) => heading.replace(/^#+ /, '').toLowerCase().replaceAll(' ', '-'));
    expect(anchors).to.deep.equal(codes.map((code) => `code-${code}`)); // letters first: VitePress puts _ before a digit
  });

  it('says of each what happened and what to do', () => {
    for (const section of page.split(/^### (?=Code)/m).slice(1))
      expect(section).to.match(/^Code \d{5}\n\n\*\*What happened\.\*\* [^\n]+\n\n\*\*What to do\.\*\* /);
  });
});
