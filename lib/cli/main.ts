import { catchError, defer, type Observable, of, switchMap } from 'rxjs';
import { version } from '../base/version.js';
import { chosen, usage } from './commands.js';
import { Exit, exitCodeOf, UsageError } from './exit.js';
import { withDefault } from './parse.js';
import { printable } from './printable.js';
import type { Terminal } from './terminal.js';

/** Runs a command line; resolves with the code to end with, when all is printed and closed. */
export const main = (args: readonly string[], terminal: Terminal): Promise<number> =>
  new Promise((resolve) => {
    run(args, terminal).subscribe({
      next: (line) => {
        terminal.out.write(`${line}\n`);
      },
      error: (thrown: unknown) => {
        const message = thrown instanceof Error ? thrown.message : String(thrown);
        if (message !== '') terminal.err.write(`rx-realtime: ${printable(message)}\n`);
        if (thrown instanceof UsageError && thrown.hint) terminal.err.write(`\n${thrown.hint}\n`);
        resolve(exitCodeOf(thrown));
      },
      complete: () => {
        resolve(Exit.done);
      },
    });
  });

/** The lines that a command line prints. */
function run(args: readonly string[], terminal: Terminal): Observable<string> {
  const [first, second] = args;
  if (
    first === undefined ||
    ((first === '--help' || first === '-h' || first === 'help') && second === undefined)
  )
    return of(usage.trimEnd());
  if (first === '--version') return of(version);
  if (first === 'help') return run([...args.slice(1), '--help'], terminal);
  return defer(() => {
    const { name, load, port, args: own } = chosen(args);
    return defer(load).pipe(
      switchMap((command) =>
        isHelpAsked(own)
          ? of(command.usage.trimEnd())
          : command.run(port === undefined ? own : withDefault(own, '--emulator', port), terminal),
      ),
      catchError((thrown: unknown) => {
        throw thrown instanceof UsageError ? thrown.with(`rx-realtime ${name} --help shows how.`) : thrown;
      }),
    );
  }).pipe(
    catchError((thrown: unknown) => {
      throw thrown instanceof UsageError && !thrown.hint ? thrown.with(usage.trimEnd()) : thrown;
    }),
  );
}

const isHelpAsked = (args: readonly string[]): boolean => {
  const end = args.indexOf('--');
  return args.slice(0, end < 0 ? args.length : end).some((word) => word === '--help' || word === '-h');
};
