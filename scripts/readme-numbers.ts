/**
 * Makes the tables of README's "What it costs" from docs/weight.md and docs/numbers.md. `npm run readme` writes them;
 * `spec/docs/readme.spec.ts` holds them equal.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { format, resolveConfig } from 'prettier';

const readme = fileURLToPath(new URL('../README.md', import.meta.url));
const textOf = (page: string): string => readFileSync(new URL(`../docs/${page}`, import.meta.url), 'utf8');

/** Rows of docs/numbers.md, with the words that README has for them: three that were missed among them. */
const rows: readonly (readonly [row: string, words: string])[] = [
  ['receive, 1 a frame, json: CPU per message', 'receive a message'],
  ['50000 pipelined publishes with ACK, json: CPU per publish', 'publish'],
  ['attach 10000 channels at once: CPU', 'attach 10,000 channels'],
  ['10000 members walked through at each update of one: CPU', 'an update among 10,000 members'],
  ['a client of 500: CPU to construct', 'construct a client'],
];

/** Rows of docs/weight.md, with what the design asks for, in kB without rxjs. */
const weights: readonly (readonly [row: string, words: string, asked?: number])[] = [
  ['core: key, subscribe', '`rx-realtime/core`: key, subscribe', 16],
  ['core: token callback, publish', '`rx-realtime/core`: token callback, publish', 23],
  ['rx-realtime, all of it', '`rx-realtime`', 36],
  ['rx-realtime/relay', '`rx-realtime/relay`', 26],
  ['ably, all of it', '`ably`, all of it'],
  ['ably/modular, a client that listens', '`ably/modular`, a client that listens'],
];

/** The cells behind the first one of the row that begins with `name`. */
function cellsOf(page: string, name: string): readonly string[] {
  const cells = textOf(page)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    ) // prettier-ignore
    .find(([first]) => first === name);
  if (!cells)
    throw new Error(`docs/${page} has no row "${name}". Name another one in scripts/readme-numbers.ts.`);
  return cells.slice(1);
}

const weightRow = ([row, words, asked]: (typeof weights)[number]): string => {
  const [without = '', whole = ''] = cellsOf('weight.md', row);
  const goal = asked === undefined ? '' : `≤ ${asked}: ${Number(without) <= asked ? 'met' : '**missed**'}`;
  return `| ${words} | ${without} | ${whole} | ${goal} |`;
};

const benchRow = ([row, words]: (typeof rows)[number]): string => {
  const [, toOfficial = '', , toBare = '', target = '', met = ''] = cellsOf('numbers.md', row);
  return `| ${words} | ${toOfficial} | ${toBare} | ${target} | ${met} |`;
};

const begin = '<!-- numbers, made by npm run readme -->\n';
const end = '<!-- end of numbers -->';

/** README as it ought to be. */
export async function withNumbers(text: string): Promise<string> {
  const [before = '', rest = ''] = text.split(begin);
  const after = rest.slice(rest.indexOf(end));
  const tables = `
| kB, minified and gzipped, for browsers | without rxjs | with it | asked for |
| --- | ---: | ---: | --- |
${weights.map(weightRow).join('\n')}

| CPU, on two cores and Node 20 | beside \`ably\` 2.28 | beside a bare \`ws\` loop | asked for | |
| --- | ---: | ---: | --- | --- |
${rows.map(benchRow).join('\n')}

`;
  return format(before + begin + tables + after, { ...(await resolveConfig(readme)), parser: 'markdown' });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(readme, await withNumbers(readFileSync(readme, 'utf8')));
