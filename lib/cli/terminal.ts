import { fromEvent, map, merge, type Observable, ReplaySubject, type SchedulerLike, share, take } from 'rxjs';
import type { ClientOptions } from '../index.js';
import { systemScheduler } from '../rx/clock.js';

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

/** The terminal of this process, and how to let it go. */
export interface ProcessTerminal {
  readonly terminal: Terminal;
  /** Reads no more of the input, which would keep the process alive. */
  readonly end: () => void;
}

/** The terminal of this process. A second signal ends the process at once, because the first one takes the listeners away. */
export function processTerminal(): ProcessTerminal {
  const { stdout, stderr, env } = process;
  for (const stream of [stdout, stderr]) stream.on('error', () => undefined); // or a reader that goes would throw
  const signals = ['SIGINT', 'SIGTERM'] as const;
  let isRead = false;
  const terminal: Terminal = {
    env,
    get input() {
      isRead = true;
      return process.stdin;
    },
    out: writerOf(stdout),
    err: writerOf(stderr),
    stop$: merge(
      ...signals.map((name) => fromEvent(process, name).pipe(map(() => Signal[name]))),
      fromEvent(stdout, 'error').pipe(map(() => Signal.SIGPIPE)),
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
  const end = (): void => {
    if (isRead) process.stdin.destroy();
  };
  return { terminal, end };
}

const writerOf = (stream: NodeJS.WriteStream): Writer => ({
  isTerminal: stream.isTTY,
  write: (text) => {
    if (!stream.destroyed) stream.write(text);
  },
});
