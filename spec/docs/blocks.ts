import { readdirSync, readFileSync } from 'node:fs';

/** A fenced block of code, and what the comment above its fence says of it. */
export interface Block {
  readonly page: string;
  /** Line of the fence, from 1. */
  readonly line: number;
  readonly language: string;
  readonly code: string;
  /** Names of `given.ts` that the block uses and does not declare: `<!-- compiles with: client, channel -->`. */
  readonly given: readonly string[];
  /** `<!-- runs -->`: the block is a whole program. */
  readonly runs: boolean;
  /** The block `text` below it: what the program prints. */
  readonly output?: string;
}

/** All pages that a user reads. */
export const pages: readonly string[] = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file.replaceAll('\\', '/')}`)
    .sort(),
];

export const textOf = (page: string): string => readFileSync(page, 'utf8');

const fenced =
  /^(?:<!--(?<marker>[^\n]*)-->\n+)?(?<ticks>```+)(?<language>\S*)[^\n]*\n(?<code>.*?)^\k<ticks>$/gms;

/** The blocks of a page in their order; one with an unknown marker throws. */
export function blocksIn(page: string, text: string): readonly Block[] {
  const matches = [...text.matchAll(fenced)];
  return matches.map((match, index) => {
    const { marker = '', language = '', code = '' } = match.groups ?? {};
    const above = match[0].slice(0, match[0].indexOf('```'));
    const line = text.slice(0, match.index).split('\n').length + above.split('\n').length - 1;
    const next = matches[index + 1];
    const between = text.slice(match.index + match[0].length, next?.index).trim();
    const isOutput = next?.groups?.['language'] === 'text' && !between.includes('\n'); // one line may lie between
    const output = isOutput ? next.groups?.['code'] : undefined;
    return { page, line, language, code, ...wordsOf(marker, `${page}:${line}`), ...(output && { output }) };
  });
}

function wordsOf(marker: string, place: string): Pick<Block, 'given' | 'runs'> {
  const words = marker.split(';').map((word) => word.trim());
  const given = words.find((word) => word.startsWith('compiles with:'))?.slice('compiles with:'.length) ?? '';
  const runs = words.includes('runs');
  const unknown = words.filter((word) => word && word !== 'runs' && !word.startsWith('compiles with:'));
  // Scripts mark parts of a page that they write, right above a table or a fence.
  if (unknown.some((word) => /^(compile|run)/.test(word)))
    throw new Error(
      `${place}: "${unknown.join('; ')}" is no marker. Write "runs" or "compiles with: names".`,
    );
  return { given: given.split(',').map((name) => name.trim()).filter(Boolean), runs }; // prettier-ignore
}

export const blocks: readonly Block[] = pages.flatMap((page) => blocksIn(page, textOf(page)));

/** Calls in the last cells of a page's tables, which tell those who move what to write; each as a block. */
export const callsIn = (page: string, given: readonly string[]): readonly Block[] =>
  textOf(page)
    .split('\n')
    .flatMap((row, index) => {
      const last = row.startsWith('| `') ? (row.split(' | ').at(-1) ?? '') : '';
      const calls = [...last.matchAll(/`((?:client|channel|relay|new )[^`]*)`/g)].map(
        ([, call]) => `void (${call!});\n`,
      );
      return calls.length === 0
        ? []
        : [{ page, line: index + 1, language: 'ts', code: calls.join(''), given, runs: false }];
    });

/** The TypeScript of a block; of a component, that of its script. */
export const scriptOf = ({ language, code }: Block): string =>
  language === 'vue' || language === 'svelte'
    ? (/<script[^>]*>\n(.*?)<\/script>/s.exec(code)?.[1] ?? '')
    : code;

export const isTypeScript = ({ language }: Block): boolean =>
  ['ts', 'tsx', 'mts', 'vue', 'svelte'].includes(language);
