import { demand, megabytes, told } from './told.js';

/** Bytes in use after a collection, and when in minutes. */
export interface Reading {
  readonly at: number;
  readonly bytes: number;
}

/** Bytes a minute that a heap may grow: less than ten for each message of this traffic. */
const allowed = 300_000;
/** Bytes by which one reading differs from the next; a short run sees nothing smaller. */
const noise = 1_000_000;

/** Slope of the line through the readings with the least squares, in bytes a minute. */
export function slopeOf(readings: readonly Reading[]): number {
  const mean = (of: (reading: Reading) => number): number =>
    readings.reduce((sum, reading) => sum + of(reading), 0) / readings.length;
  const [at, bytes] = [mean((reading) => reading.at), mean((reading) => reading.bytes)];
  const covariance = mean((reading) => (reading.at - at) * (reading.bytes - bytes));
  return covariance / mean((reading) => (reading.at - at) ** 2);
}

/** Tells how a heap has grown over the last half of its readings; throws where that is more than the bound. */
export function demandFlat(side: string, readings: readonly Reading[]): void {
  const half = readings.slice(Math.floor(readings.length / 2));
  const [first, last] = [half[0], half.at(-1)];
  if (!first || !last) throw new Error(`There are no readings of the ${side}.`);
  const bound = Math.max(allowed, noise / (last.at - first.at));
  const slope = slopeOf(half);
  told(`traffic, ${side}`, {
    'MB in the middle': megabytes(first.bytes),
    'MB at the end': megabytes(last.bytes),
    'kB a minute': Math.round(slope / 1000),
    'and at most': Math.round(bound / 1000),
  });
  demand(slope <= bound, `the heap of the ${side} grows by ${megabytes(slope)} MB a minute`);
}
