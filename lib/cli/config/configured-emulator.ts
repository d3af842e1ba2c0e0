import { catchError, concatMap, defer, EMPTY, type Observable } from 'rxjs';
import type { EmulatorOptions, ListeningEmulator } from '../../emulator/index.js';
import { applyFixtures } from './apply-fixtures.js';

/** An emulator that listens, and takes other settings. */
export interface ConfiguredEmulator {
  readonly server: ListeningEmulator;
  readonly close: () => Promise<void>;
}

/** How to follow the settings of an emulator. */
export interface Following {
  readonly listen: (options: EmulatorOptions) => Promise<ListeningEmulator>;
  /** Emits when there may be other settings. */
  readonly changes$: Observable<unknown>;
  /** Rejects where the settings are wrong: the old ones stay then. */
  readonly read: () => Promise<EmulatorOptions>;
  readonly tell: (text: string) => void;
}

/**
 * Starts an emulator and has it follow its settings while it runs. Those that it cannot take are named, each time the
 * settings change, because a restart takes them.
 */
export async function configuredEmulator(
  options: EmulatorOptions,
  { listen, changes$, read, tell }: Following,
): Promise<ConfiguredEmulator> {
  const server = await listen(options);
  let current = options;
  const closing = new AbortController();
  const take = async (): Promise<void> => {
    const next = await read();
    if (closing.signal.aborted || isSame(next, current)) return;
    const { emulator } = server;
    const left = emulator.take(next);
    applyFixtures(emulator, current.presenceFixtures ?? {}, next.presenceFixtures ?? {});
    current = next;
    tell(
      left.length === 0
        ? 'The settings of the file are taken.'
        : `The settings of the file are taken, but for ${left.join(', ')}: restart the emulator for that.`,
    );
  };
  const attempt = (): Observable<void> =>
    defer(take).pipe(
      catchError((thrown: unknown) => {
        tell(`${thrown instanceof Error ? thrown.message : String(thrown)} The settings stay as they were.`);
        return EMPTY;
      }),
    );
  const following = changes$.pipe(concatMap(attempt)).subscribe({
    error: (thrown: unknown) => {
      tell(`The file is not watched any more: ${String(thrown)}`);
    },
  });
  return {
    server,
    close: async () => {
      closing.abort();
      following.unsubscribe();
      await server.close();
    },
  };
}

const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);
