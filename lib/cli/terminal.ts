import { fstatSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { fromEvent, map, merge, type Observable, ReplaySubject, type SchedulerLike, share, take } from 'rxjs';
import type { ClientOptions } from '../index.js';
import { systemScheduler } from '../rx/clock.js';
import { CommandError, Exit } from './exit.js';

/** A place to write to. */
export interface Writer {
  /** True for a screen that somebody looks at; false for a pipe or a file. */
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}

/** Numbers of the signals that end a command; that of the pipe whose reader has gone as well. */
export const Signal = { SIGINT: 2, SIGPIPE: 13, SIGTERM: 15 } as const;
export type Signal = (typeof Signal)[keyof typeof Signal];

/** Everything outside of a command. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly input: AsyncIterable<Uint8Array>;
  readonly out: Writer;
  readonly err: Writer;
  /** Emits once, and remembers it: the command has to come to an end. */
  readonly stop$: Observable<Signal>;
  readonly scheduler: SchedulerLike;
  /** Options that lead clients elsewhere than over the network. */
  readonly network: Pick<ClientOptions, 'webSocketCtor' | 'fetch'>;
}

/** The terminal of this process, and its end. */
export interface ProcessTerminal {
  readonly terminal: Terminal;
  /**
   * Reads no more of the input, which would keep the process alive, and resolves with the code to end with once the output
   * is written: the given one, or that of a failure where the output could not be written.
   */
  readonly end: (code: number) => Promise<number>;
}

/** The parts of a process that make its terminal. */
export interface ProcessParts extends Pick<NodeJS.EventEmitter, 'on' | 'off'> {
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdin: Readable;
  readonly env: Terminal['env'];
}

type Output = Writable & { readonly isTTY?: boolean };

/**
 * The terminal of a process. A second signal ends the process at once, because the first one takes the listeners away. An
 * output that cannot be written, as on a full disk, is told on stderr and stops the command as SIGTERM does.
 */
export function processTerminal(of: ProcessParts = process): ProcessTerminal {
  const { stdout, stderr, env } = of;
  stderr.on('error', () => undefined); // or a reader that goes would throw
  const toStderr = (text: string): void => {
    stderr.write(text);
  };
  const unwritten$ = unwritten(stdout);
  let [isRead, isUnwritten, written] = [false, false, Promise.resolve()];
  unwritten$.subscribe((error) => {
    if (isReaderGone(error)) return;
    isUnwritten = true;
    toStderr(
      `rx-realtime: The output cannot be written (${codeOf(error)}): what is printed is not complete.\n`,
    );
  });
  const terminal: Terminal = {
    env,
    get input() {
      isRead = true;
      return readable(of.stdin);
    },
    out: {
      isTerminal: stdout.isTTY ?? false,
      write: (text) => {
        written = new Promise((done) => stdout.write(text, () => done())); // calls back where it is destroyed, too
      },
    },
    err: { isTerminal: stderr.isTTY ?? false, write: toStderr },
    stop$: merge(
      ...(['SIGINT', 'SIGTERM'] as const).map((name) => fromEvent(of, name).pipe(map(() => Signal[name]))),
      unwritten$.pipe(map((error) => (isReaderGone(error) ? Signal.SIGPIPE : Signal.SIGTERM))),
    ).pipe(
      take(1),
      share({
        connector: () => new ReplaySubject<Signal>(1),
        resetOnComplete: false,
        resetOnRefCountZero: true,
      }),
    ),
    scheduler: systemScheduler,
    network: {},
  };
  const end = async (code: number): Promise<number> => {
    if (isRead) of.stdin.destroy();
    await written;
    return isUnwritten ? Exit.failed : code;
  };
  return { terminal, end };
}

/** The input as it is, unless Node has put an empty one in the place of what it cannot read, such as a directory. */
function readable(input: Readable & { readonly fd?: number }): AsyncIterable<Uint8Array> {
  const stats = input.fd === undefined ? undefined : fstatSync(input.fd);
  if (!stats || stats.isFile() || stats.isFIFO() || stats.isCharacterDevice() || stats.isSocket())
    return input;
  const what = stats.isDirectory() ? 'a directory' : 'neither a file nor a pipe';
  const error = new CommandError(`The standard input cannot be read: it is ${what}.`, Exit.failed);
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
}

/** The first error of an output; later ones are heard and left, or they would throw. */
function unwritten(output: Output): Observable<NodeJS.ErrnoException> {
  const first$ = new ReplaySubject<NodeJS.ErrnoException>(1);
  output.on('error', (error) => {
    first$.next(error);
    first$.complete();
  });
  return first$.asObservable();
}

/** Codes of an error that means that the reader of a pipe has gone; any other one means that output was lost. */
const gone: ReadonlySet<unknown> = new Set(['EPIPE', 'EOF', 'ECONNRESET']);

const isReaderGone = ({ code }: NodeJS.ErrnoException): boolean => gone.has(code);

const codeOf = ({ code, name }: NodeJS.ErrnoException): string => code ?? name;
