import {
  catchError,
  connect,
  defer,
  delay,
  EMPTY,
  filter,
  from,
  ignoreElements,
  last,
  map,
  merge,
  type Observable,
  type ObservableInput,
  of,
  scan,
  take,
  tap,
} from 'rxjs';
import { pullPaced } from '../../rx/paced/pull-paced.js';
import type { Printer, Shown } from '../command.js';
import { CommandError, Exit, Stopped } from '../exit.js';
import { Signal, type Terminal } from '../terminal.js';
import { counted, type Counts, noCounts, type Outcome, summaryOf } from './counts.js';
import { progress, tell } from './progress.js';
import type { InputLine } from './split-lines.js';
import { until } from './until.js';

/** Lines, and how to publish one of them. */
export interface Publishing {
  readonly lines: AsyncIterable<InputLine>;
  /** True where the lines are so many that people want their number alone. */
  readonly isBulk: boolean;
  /** Number of publishes that may be without an answer at once. */
  readonly window: number;
  /** Publishes a line; emits what is to be shown of that, once. What it throws is the outcome of that line. */
  readonly publish: (text: string) => ObservableInput<Shown>;
  /** True where nothing more can be published, so that no further line is read. */
  readonly isOver: () => boolean;
  readonly printer: Printer;
}

/** Milliseconds for which answers are waited for once the command has been stopped. */
const grace = 2000;

/**
 * Publishes lines in their order, reads only as fast as they go out, and counts each outcome: one that is refused does not stop the
 * others. Emits what is to be printed; errors at the end unless all were published. To be stopped means that no further line
 * is read, and that the answers are waited for.
 */
export const publishLines = (publishing: Publishing, terminal: Terminal): Observable<string> =>
  defer(() => {
    const { scheduler, stop$ } = terminal;
    const state: State = { stopped: undefined, cut: undefined };
    const stopping$ = stop$.pipe(tap((signal) => (state.stopped = signal)));
    const outcome$ = pullPaced(until(readable(publishing, state), stopping$), {
      concurrency: publishing.window,
      isCongested: () => false,
      ...{ lookAgain: 0, scheduler },
      work: outcomeOf(publishing, stop$.pipe(delay(grace, scheduler))),
    });
    const ending = (counts: Counts): void => {
      end(counts, state, publishing, terminal);
    };
    return outcome$.pipe(
      connect((shared$) => {
        const counts$ = shared$.pipe(scan(counted, noCounts));
        return merge(
          told(shared$, publishing, terminal),
          publishing.isBulk ? progress(counts$, terminal) : EMPTY,
          counts$.pipe(last(undefined, noCounts), tap(ending), ignoreElements()),
        );
      }),
    );
  });

/** Reasons for an end before that of the lines. */
interface State {
  stopped: Signal | undefined;
  /** The first line that was left, because nothing can be published any more. */
  cut: number | undefined;
}

/** The lines as long as they can be published. */
async function* readable({ lines, isOver }: Publishing, state: State): AsyncGenerator<InputLine> {
  for await (const line of lines) {
    if (isOver()) {
      state.cut = line.number;
      return;
    }
    yield line;
  }
}

const outcomeOf =
  ({ publish }: Publishing, late$: Observable<unknown>) =>
  ({ number: line, text }: InputLine): Observable<Outcome> =>
    merge(
      defer(() => {
        if (text === undefined) throw new Error('The line is no text: it is too long, or not UTF-8.');
        return from(publish(text));
      }),
      late$.pipe(
        map(() => {
          throw new Unanswered();
        }),
      ),
    ).pipe(
      take(1),
      map((result) => ({ line, result })),
      catchError((thrown: unknown) =>
        of({ line, error: thrown instanceof Error ? thrown : new Error(String(thrown)) }),
      ),
    );

/** The outcome of a line whose answer had not come when the command ended. */
class Unanswered extends Error {
  override readonly name = 'Unanswered';
  readonly uncertain = true;

  constructor() {
    super('The command was stopped before the answer came: the server may have the message.');
  }

  toJSON(): object {
    const { name, message, uncertain } = this;
    return { name, message, uncertain };
  }
}

/** Results are printed, each for programs, and for people where they are few; people are told of failures on stderr. */
const told = (
  outcome$: Observable<Outcome>,
  { isBulk, printer: { isJson, print } }: Publishing,
  terminal: Terminal,
): Observable<string> =>
  outcome$.pipe(
    tap(({ line, error }) => {
      if (error && !isJson)
        tell(terminal, `${isBulk ? `line ${String(line)}` : 'rx-realtime'}: ${error.message}`);
    }),
    filter(({ error }) => isJson || !(isBulk || error)),
    map(({ line, result, error }) =>
      print({
        text: result?.text ?? '',
        json: { line, ...result?.json, ...(error && { error: jsonOf(error) }) },
      }),
    ),
  );

/** This library's errors say themselves what is to be known of them. */
const jsonOf = (error: Error): object =>
  'toJSON' in error ? error : { name: error.name, message: error.message };

/** Says how it ended; throws unless all is well. */
function end(counts: Counts, { stopped, cut }: State, { isBulk }: Publishing, terminal: Terminal): void {
  if (stopped === Signal.SIGPIPE) throw new Stopped(stopped);
  const isWell = counts.code === Exit.done && cut === undefined && stopped === undefined;
  if (isBulk && (terminal.err.isTerminal || !isWell)) tell(terminal, `${summaryOf(counts)}.`);
  if (stopped !== undefined) throw new Stopped(stopped);
  if (cut !== undefined)
    throw new CommandError(
      `There is no connection any more. The lines from ${String(cut)} on were not published.`,
      Exit.notConnected,
    );
  if (!isWell) throw new CommandError('', counts.code);
}
