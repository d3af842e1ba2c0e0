import { expect } from 'chai';
import { pages, textOf } from './blocks.js';

/** Pages that a script writes, or that explain the inside to those who read along in the code. */
const exempt = [
  ...['docs/architecture.md', 'docs/numbers.md', 'docs/weight.md', 'docs/environments.md'],
  ...['docs/cli.md', 'docs/console.md', 'docs/emulator.md', 'docs/walletconnect.md'],
];
const read = pages.filter((page) => !exempt.includes(page));

const longestSentence = 30;
/** Five lines of 110 characters. */
const longestParagraph = 550;

/** Paragraphs and items of lists, as they are read: without code, tables, headings, and the targets of links. */
function paragraphsOf(text: string): readonly string[] {
  return text
    .replace(/^(```+).*?^\1$/gms, '')
    .replace(/^[ \t]*(?:[|#]|<!--|!\[).*$/gm, '')
    .replace(/\]\([^)]*\)/g, ']')
    .split(/\n\s*\n|\n(?=\s*(?:-|\d+\.) )/)
    .map((paragraph) => paragraph.replace(/\s+/g, ' ').trim())
    .filter(Boolean);
}

/** Words, where a piece of code is one. */
const wordsIn = (sentence: string): number =>
  sentence
    .replace(/`[^`]*`/g, 'code')
    .split(/\s+/)
    .filter((word) => /\w/.test(word)).length;
const sentencesOf = (paragraph: string): readonly string[] => paragraph.split(/(?<=[.:?!])\**\s+/);

describe('prose of the docs', () => {
  for (const page of read)
    it(`${page} has sentences of ${longestSentence} words, and paragraphs of five lines, at most`, () => {
      const paragraphs = paragraphsOf(textOf(page));
      const long = paragraphs.flatMap(sentencesOf).filter((sentence) => wordsIn(sentence) > longestSentence);
      expect(long).to.deep.equal([]);
      expect(paragraphs.filter(({ length }) => length > longestParagraph)).to.deep.equal([]);
    });

  it('is counted: a sentence of 31 words is too long', () => {
    const sentence = `${'word '.repeat(31).trim()}.`;
    expect(paragraphsOf(`# Title\n\n${sentence}\n`).flatMap(sentencesOf).map(wordsIn)).to.deep.equal([31]);
  });
});
