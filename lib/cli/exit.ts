/** Codes with which a command ends. */
export const Exit = {
  done: 0,
  /** Refused by the server, or failed. */
  failed: 1,
  /** The command line is wrong. */
  usage: 2,
  /** No connection in time, or none any more: the server may have what was sent last. */
  notConnected: 3,
  /** To this the number of the signal is added, as shells do it. */
  signal: 128,
} as const;

/** An end with a code of its own. */
export class CommandError extends Error {
  readonly code: number;

  constructor(message: string, code: number) {
    super(message);
    this.code = code;
  }
}

/** A mistake on the command line. */
export class UsageError extends CommandError {
  /** Text that says more. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message, Exit.usage);
    this.hint = hint;
  }

  with(hint: string): UsageError {
    return new UsageError(this.message, hint);
  }
}

/** The end of a command that was stopped before it was done; nothing is printed. */
export class Stopped extends CommandError {
  constructor(signal: number) {
    super('', Exit.signal + signal);
  }
}

/** Errors of a connection, in Ably's numbers: from 80000 to 80999, and a service that cannot be reached. */
const isOfConnection = (code: unknown): boolean =>
  typeof code === 'number' && ((code >= 80_000 && code < 81_000) || code === 50_002 || code === 50_003);

/** The code for anything thrown. */
export function exitCodeOf(thrown: unknown): number {
  if (thrown instanceof CommandError) return thrown.code;
  if (typeof thrown !== 'object' || thrown === null) return Exit.failed;
  const { code, reason, uncertain } = thrown as Readonly<Record<string, unknown>>;
  const isLost = uncertain === true || reason === 'offline' || reason === 'timeout' || isOfConnection(code);
  return isLost ? Exit.notConnected : Exit.failed;
}
