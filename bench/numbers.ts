import { format } from 'prettier';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type ContestantName, contestants } from './contestants/contestant.js';
import type { Row } from './rows.js';

const kept = new URL('numbers.json', import.meta.url);
const page = new URL('../docs/numbers.md', import.meta.url);

/** The rows of one group, as they were measured together. */
interface Group {
  readonly rounds: number;
  readonly node: string;
  readonly rows: readonly Pick<Row, 'name' | 'unit' | 'values' | 'target' | 'met'>[];
}
type Groups = Readonly<Record<string, Group>>;

/** Units that a machine's speed does not change. */
const sizes = new Set(['B', 'kB', '×']);
const others: readonly ContestantName[] = contestants.filter((name) => name !== 'ours' && name !== 'before');

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);

const cellsOf = ({ name, unit, values, target, met }: Group['rows'][number]): readonly string[] => {
  const { ours = NaN } = values;
  const ratios = others.map((other) => {
    const its = values[other];
    return its === undefined || !Number.isFinite(ours / its) ? '' : `${shown(ours / its)} ×`;
  });
  const verdict = target === '' ? '' : met === undefined ? 'not decided' : met ? 'met' : '**missed**';
  return [name, sizes.has(unit) ? `${shown(ours)} ${unit}` : '', ...ratios, target, verdict];
};

const tableOf = ({ rows }: Group): string => {
  const head = ['', 'ours', ...others.map((other) => `to ${other}`), 'target', ''];
  return [head, head.map(() => '---'), ...rows.map(cellsOf)]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};

const preface = `# Numbers

Written by \`npm run bench -- --write\`; not edited by hand. Each row is a median of interleaved rounds, ours beside the official
clients (\`ably\`, \`@walletconnect/core\`), beside \`ably\` with its compiled spreads mended, and beside a bare loop of \`ws\` and a
parser in JSON or MessagePack. Given are the ratios of ours to each of them, so that the machine matters little: of costs less
than 1 is better, of throughput more. Sizes of the heap are given as they are. A target that was missed says so.
`;

/** Keeps the rows of these groups in place of those that they had, and writes the page of all. */
export async function writeNumbers(groups: Groups, order: readonly string[]): Promise<void> {
  const before = existsSync(kept) ? (JSON.parse(readFileSync(kept, 'utf8')) as Groups) : {};
  const found: Groups = { ...before, ...groups };
  const all = Object.fromEntries(
    order.flatMap((name) => (found[name] ? [[name, found[name]] as const] : [])),
  );
  const slim = Object.entries(all).map(([name, { rounds, node, rows }]) => [
    name,
    {
      rounds,
      node,
      rows: rows.map(({ name: row, unit, values, target, met }) => ({
        name: row,
        unit,
        values,
        target,
        met,
      })),
    },
  ]);
  writeFileSync(kept, `${JSON.stringify(Object.fromEntries(slim), undefined, 2)}\n`);
  const parts = Object.entries(all).map(
    ([name, group]) =>
      `## ${name}\n\nUp to ${group.rounds} rounds, Node ${group.node}.\n\n${tableOf(group)}\n`,
  );
  writeFileSync(page, await format([preface, ...parts].join('\n'), { parser: 'markdown', printWidth: 120 }));
}
