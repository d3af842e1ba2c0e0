import { auditTime, endWith, ignoreElements, type Observable, takeUntil, tap } from 'rxjs';
import { printable } from '../printable.js';
import type { Terminal } from '../terminal.js';
import { type Counts, summaryOf } from './counts.js';

/** Milliseconds between two looks at the counts. */
const pause = 200;
/** Goes to the begin of a terminal's line, and empties it. */
const empty = '\r\u001b[K';

/** Shows the counts on a terminal, in one line that is written anew; emits nothing, and ends with them. */
export const progress = (counts$: Observable<Counts>, { err, scheduler }: Terminal): Observable<never> =>
  counts$.pipe(
    auditTime(pause, scheduler),
    tap((counts) => {
      if (err.isTerminal) err.write(empty + summaryOf(counts));
    }),
    ignoreElements(),
    takeUntil(counts$.pipe(ignoreElements(), endWith(undefined))),
  );

/** A line of its own on stderr, in the place of the progress where that is shown. */
export const tell = ({ err }: Terminal, text: string): void => {
  err.write(`${err.isTerminal ? empty : ''}${printable(text)}\n`);
};
