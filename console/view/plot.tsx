import type { JSX } from 'preact';
import { plotted } from '../state/plots.js';

const [width, height] = [180, 32];

/** The y of a value, where `most` reaches the top. */
const yOf = (value: number, most: number): number =>
  Math.round((1 - value / Math.max(1, most)) * height * 10) / 10;

/** A polyline that runs from point to point, and an axis below. */
function Lines({
  points,
  label,
  isSteps = false,
}: {
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly label: string;
  readonly isSteps?: boolean;
}): JSX.Element {
  const path = points
    .map(([x, y], at) => (at === 0 ? `M${x} ${y}` : isSteps ? `H${x}V${y}` : `L${x} ${y}`))
    .join('');
  return (
    <svg
      class="plot"
      role="img"
      aria-label={label}
      viewBox={`0 -1 ${width} ${height + 2}`}
      preserveAspectRatio="none"
    >
      <path class="axis" d={`M0 ${height}H${width}`} />
      {path !== '' && <path class="line" d={path} />}
    </svg>
  );
}

/** Messages of each of the last seconds, as a line whose end is now. */
export function RatePlot({
  seconds,
  name,
}: {
  readonly seconds: readonly number[];
  readonly name: string;
}): JSX.Element {
  const most = Math.max(...seconds, 0);
  const first = plotted - seconds.length;
  const points = seconds.map((count, at) => [((first + at) * width) / plotted, yOf(count, most)] as const);
  return (
    <Lines points={points} label={`Messages a second of ${name} over the last 3 minutes, ${most} at most`} />
  );
}

/** Counts of connections over time, as steps. */
export function StormPlot({
  counts,
  before,
  lasts,
}: {
  readonly counts: readonly { readonly after: number; readonly count: number }[];
  readonly before: number;
  readonly lasts: number;
}): JSX.Element {
  const points = counts.map(({ after, count }) => [(after * width) / lasts, yOf(count, before)] as const);
  return <Lines isSteps points={points} label={`Connections over time, of ${before} before`} />;
}
