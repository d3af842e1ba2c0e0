/** How much a log entry matters. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** An event in words, with its error. Never holds a key or a token. */
export interface LogEvent {
  readonly message: string;
  readonly error?: Error;
  /**
   * The word for programs, which stays where the message changes: the state that a connection has come to (`connected`,
   * `failed` …), or `plain key` for a key that travels without TLS.
   */
  readonly about?: string;
}

/** Told of everything worth knowing; may throw, nobody minds. */
export type Log = (level: LogLevel, event: LogEvent) => void;

/** The default: warnings and errors to the console. */
export const toConsole: Log = (level, { message, error }) => {
  if (level !== 'warn' && level !== 'error') return;

  console[level](`rx-realtime: ${message}`, ...(error ? [String(error)] : []));
};

/** A user's log, which may throw without taking the connection with it. */
export const guarded =
  (log: Log): Log =>
  (level, event) => {
    try {
      log(level, event);
    } catch {
      // no other log is left to be told
    }
  };
