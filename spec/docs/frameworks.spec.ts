import { expect } from 'chai';
import { readFileSync } from 'node:fs';

const pageOf = (file: string): string => readFileSync(`docs/frameworks/${file}.md`, 'utf8');
const folder = 'spec/types/examples';
/** A file that the type check reads, as users write it: with the names of the entries, up to what only the compiler needs. */
const exampleOf = (file: string): string =>
  readFileSync(`${folder}/${file}`, 'utf8')
    .replaceAll("'../../../lib/index.js'", "'rx-realtime'")
    .replaceAll(/'\.\.\/\.\.\/\.\.\/lib\/(\w+)\.js'/g, "'rx-realtime/$1'")
    .replace(/\/\*\* Read by the (?:template|compiler)\. \*\/.*$/s, '');
/** Without layout, which indents the script of a component. */
const words = (text: string): string => text.replace(/\s+/g, ' ').trim();
/** The code in the last cell of each row of the table that begins with these words. */
const told = (header: string): readonly string[] =>
  (pageOf('react').split(`| ${header}`)[1] ?? '')
    .split(/\n\n/)[0]!
    .split('\n')
    .slice(2)
    .flatMap((row) => [...(row.split(' | ').at(-1) ?? '').matchAll(/`([^`]+)`/g)].map(([, code]) => code!));

describe('docs/rest.md', () => {
  it('has the edge function, whole, as it compiles', () => {
    expect(words(readFileSync('docs/rest.md', 'utf8'))).to.include(words(exampleOf('edge-function.ts')));
  });
});

describe('docs/frameworks', () => {
  for (const file of ['angular.ts', 'react.tsx', 'vue.ts', 'svelte.ts', 'react-native.ts'])
    it(`has the example ${file}, whole, as it compiles`, () => {
      expect(words(pageOf(file.split('.')[0]!))).to.include(words(exampleOf(file)));
    });

  it('tells those who come from ably/react what compiles', () => {
    const code = exampleOf('from-ably-react.tsx');
    const pieces = told('`ably/react`');
    expect(pieces).to.have.length.above(10);
    expect(pieces.filter((piece) => !code.includes(piece))).to.deep.equal([]);
  });
});
