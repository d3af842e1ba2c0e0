import {
  catchError,
  concat,
  concatWith,
  defer,
  ignoreElements,
  type Observable,
  takeUntil,
  tap,
  throwError,
} from 'rxjs';
import type { Log } from '../index.js';
import { Stopped } from './exit.js';
import { jsonLine, printable } from './printable.js';
import { Signal, type Terminal } from './terminal.js';

/** A command: its help, and its work, which emits the lines to print. */
export interface Command {
  readonly usage: string;
  readonly run: (args: readonly string[], terminal: Terminal) => Observable<string>;
}

/** Flags of every command. */
export const commonFlags = {
  json: { type: 'boolean', default: false },
  verbose: { type: 'boolean', short: 'v', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** One result, for people and for programs. */
export interface Shown {
  readonly text: string;
  readonly json: object;
}

/** The form of results. */
export interface Printer {
  /** True where programs read them. */
  readonly isJson: boolean;
  readonly print: (shown: Shown) => string;
}

/** JSON where it is asked for, and where no terminal shows the results. */
export function printerOf({ json }: { readonly json: boolean }, { out }: Terminal): Printer {
  const isJson = json || !out.isTerminal;
  return { isJson, print: ({ text, json: value }) => (isJson ? jsonLine(value) : text) };
}

/** Entries that say nothing new: a key goes without TLS to this machine alone, and a failure is told at the end. */
const known: ReadonlySet<string | undefined> = new Set(['plain key', 'failed']);

/** Warnings and errors go to stderr; all else as well where that is asked for. */
export const logOf =
  ({ verbose }: { readonly verbose: boolean }, { err }: Terminal): Log =>
  (level, { message, error, about }) => {
    if (verbose || ((level === 'warn' || level === 'error') && !known.has(about)))
      err.write(`rx-realtime: ${printable(message)}${error ? ` ${printable(String(error))}` : ''}\n`);
  };

/** Tells people something beside the results; programs are not told. */
export function note({ err }: Terminal, text: string): void {
  if (err.isTerminal) err.write(`${printable(text)}\n`);
}

/** Tells everybody something that went wrong and ended nothing. */
export const warn = ({ err }: Terminal, text: string): void => {
  err.write(`rx-realtime: ${printable(text)}\n`);
};

/** Work that has no end of its own: to stop it is its end. */
export const endless =
  ({ stop$ }: Terminal) =>
  <T>(work$: Observable<T>): Observable<T> =>
    work$.pipe(takeUntil(stop$));

/** Work that is not done when it is stopped; a reader that has gone wanted no more of it. */
export const finite =
  ({ stop$ }: Terminal) =>
  <T>(work$: Observable<T>): Observable<T> =>
    work$.pipe(
      takeUntil(
        stop$.pipe(
          tap((signal) => {
            if (signal !== Signal.SIGPIPE) throw new Stopped(signal);
          }),
        ),
      ),
    );

/** The work, then the end, whatever becomes of the work. */
export const thenAlways = <T>(work$: Observable<T>, end: () => Promise<unknown>): Observable<T> => {
  const end$ = defer(end).pipe(ignoreElements());
  return work$.pipe(
    catchError((thrown: unknown) =>
      concat(
        end$,
        throwError(() => thrown),
      ),
    ),
    concatWith(end$),
  );
};
