import type { Shown } from '../command.js';
import { Exit, exitCodeOf } from '../exit.js';

/** How many lines have come to which end. */
export interface Counts {
  readonly published: number;
  readonly refused: number;
  /** Sent, and never answered: the server may have them. */
  readonly uncertain: number;
  /** The code of the worst of them. */
  readonly code: number;
}

export const noCounts: Counts = { published: 0, refused: 0, uncertain: 0, code: Exit.done };

/** The end that one line came to. */
export interface Outcome {
  readonly line: number;
  /** The answer of the server, as it is to be shown. */
  readonly result?: Shown;
  readonly error?: Error;
}

export function counted(counts: Counts, { error }: Outcome): Counts {
  if (error === undefined) return { ...counts, published: counts.published + 1 };
  const code = Math.max(counts.code, exitCodeOf(error));
  return 'uncertain' in error && error.uncertain === true
    ? { ...counts, code, uncertain: counts.uncertain + 1 }
    : { ...counts, code, refused: counts.refused + 1 };
}

/** The counts in words; those of failures only where there are some. */
export const summaryOf = ({ published, refused, uncertain }: Counts): string =>
  [
    `${grouped(published)} published`,
    ...(refused > 0 ? [`${grouped(refused)} not published`] : []),
    ...(uncertain > 0 ? [`${grouped(uncertain)} perhaps published`] : []),
  ].join(', ');

const grouped = (amount: number): string => amount.toLocaleString('en-US');
