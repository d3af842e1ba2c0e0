import type { Cell, Outcome } from './cell.js';

const [begin, end] = ['<!-- table -->', '<!-- end of table -->'] as const;
type Row = readonly string[];

const rowOf = ({ cell: { kind, name, note }, error }: Outcome): Row => [
  kind,
  name,
  error === undefined
    ? 'runs'
    : `**fails**: ${(error.split('\n')[0] ?? '').replace(/\|/g, '\\|').slice(0, 120)}`,
  note ?? '',
];
const keyOf = ([kind = '', name = '']: Row): string => `${kind}: ${name}`;

/** The text with the rows of these outcomes made anew in the table between its marks, in columns as Prettier aligns them. */
export function withTable(text: string, outcomes: readonly Outcome[], cells: readonly Cell[]): string {
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The text has no ${begin} … ${end}. Put them in.`);
  const before = text
    .slice(from, to)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) =>
      line
        .slice(1, -1)
        .split(/(?<!\\)\|/)
        .map((part) => part.trim()),
    );
  const known = new Map([...before, ...outcomes.map(rowOf)].map((row) => [keyOf(row), row]));
  const listed = cells
    .map(({ kind, name }) => known.get(keyOf([kind, name])))
    .filter((row) => row !== undefined);
  const head = ['Kind', 'What ran', 'Result', 'Remark'];
  const rows = [head, ...listed];
  const widths = head.map((_, at) => Math.max(3, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (row: Row, fill = ' '): string =>
    `| ${widths.map((width, at) => (row[at] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const table = [line(head), line([], '-'), ...rows.slice(1).map((row) => line(row))].join('\n');
  return `${text.slice(0, from)}${begin}\n\n${table}\n\n${text.slice(to)}`;
}
