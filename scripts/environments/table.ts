import type { Outcome } from './cell.js';

const marks = ['<!-- table -->', '<!-- end of table -->'] as const;

const rowOf = ({ cell: { kind, name, note }, error }: Outcome): readonly string[] => [
  kind,
  name,
  error === undefined
    ? 'runs'
    : `**fails**: ${(error.split('\n')[0] ?? '').replace(/\|/g, '\\|').slice(0, 120)}`,
  note ?? '',
];

/** The text with the table between its marks made anew, in columns as Prettier aligns them. */
export function withTable(text: string, outcomes: readonly Outcome[]): string {
  const [begin, end] = marks.map((mark) => text.indexOf(mark)) as [number, number];
  if (begin < 0 || end < begin) throw new Error(`The text has no ${marks.join(' … ')}. Put them in.`);
  const rows = [['Kind', 'What ran', 'Result', 'Remark'], ...outcomes.map(rowOf)];
  const widths = [0, 1, 2, 3].map((at) => Math.max(3, ...rows.map((row) => (row[at] ?? '').length)));
  const line = (cells: readonly string[], fill = ' '): string =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width, fill)).join(' | ')} |`;
  const [head = [], ...rest] = rows;
  const table = [line(head), line([], '-'), ...rest.map((row) => line(row))].join('\n');
  return `${text.slice(0, begin)}${marks[0]}\n\n${table}\n\n${text.slice(end)}`;
}
