import { contestants } from './contestants/contestant.js';
import type { Row } from './rows.js';

const shown = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return '-';
  return value >= 1000
    ? Math.round(value).toLocaleString('en')
    : value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);
};
const verdict = ({ met, target }: Row): string =>
  target === '' ? '' : met === undefined ? '?' : met ? 'yes' : 'NO';

/** The rows, set in columns. */
export function table(rows: readonly Row[]): string {
  const lines = [
    ['', ...contestants, 'unit', 'ratios', 'target', 'met'],
    ...rows.map((row) => [
      row.name,
      ...contestants.map((name) => shown(row.values[name])),
      row.unit,
      Object.values(row.ratios).map(shown).join(', '),
      row.target,
      verdict(row),
    ]),
  ];
  const widths = (lines[0] ?? []).map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => {
          const width = widths[column] ?? 0;
          return column >= 1 && column <= contestants.length ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
