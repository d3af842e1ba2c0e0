import { contestants } from './contestants/contestant.js';
import type { Row } from './rows.js';

const shown = (value: number | undefined): string => {
  if (value === undefined || !Number.isFinite(value)) return '-';
  const size = Math.abs(value);
  return size >= 1000
    ? Math.round(value).toLocaleString('en')
    : value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
};
const verdict = ({ met, target }: Row): string =>
  target === '' ? '' : met === undefined ? '?' : met ? 'yes' : 'NO';

/** Units of which the difference says more than the ratio. */
const sizes = new Set(['B', 'kB']);

/** The median ratio to the build of before, with its quartiles. */
function comparison({ paired, unpaired, unit }: Row): string {
  if (paired === undefined) return unpaired === undefined ? '' : `not measured: ${unpaired}`;
  const { ratio, quartiles, difference, isDearer } = paired;
  const change = `${difference > 0 ? '+' : ''}${shown(difference)} ${unit}`;
  const [low, high] = quartiles.map((quartile) => quartile.toFixed(3));
  return [
    `${ratio.toFixed(3)} (${low} to ${high})`,
    ...(sizes.has(unit) ? [change] : []),
    ...(isDearer === 'no' ? [] : [isDearer === 'yes' ? 'DEARER' : 'dearer?']),
  ].join(', ');
}

/** The rows, set in columns. */
export function table(rows: readonly Row[]): string {
  const present = contestants.filter((name) => rows.some(({ values }) => name in values));
  const isPaired = rows.some(({ paired, unpaired }) => paired ?? unpaired);
  const lines = [
    ['', ...present, 'unit', 'ratios', 'target', 'met', isPaired ? 'ours / before' : ''],
    ...rows.map((row) => [
      row.name,
      ...present.map((name) => shown(row.values[name])),
      row.unit,
      Object.values(row.ratios).map(shown).join(', '),
      row.target,
      verdict(row),
      comparison(row),
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
          return column >= 1 && column <= present.length ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
