import { catchError, concatMap, defer, EMPTY, type Observable } from 'rxjs';
import type { EmulatorOptions, ListeningEmulator } from '../../emulator/index.js';
import { applyFixtures } from './apply-fixtures.js';

/** An emulator that listens, and takes other settings. */
export interface ConfiguredEmulator {
  /** The one that listens now. */
  readonly server: ListeningEmulator;
  readonly close: () => Promise<void>;
}

/** How to follow the settings of an emulator. */
export interface Following {
  /** Starts an emulator; on the port of the one before where there was one. */
  readonly listen: (options: EmulatorOptions, port?: number) => Promise<ListeningEmulator>;
  /** Emits when there may be other settings. */
  readonly changes$: Observable<unknown>;
  /** Rejects where the settings are wrong: the old ones stay then. */
  readonly read: () => Promise<EmulatorOptions>;
  readonly tell: (text: string) => void;
}

/**
 * Starts an emulator and has it follow its settings. Other presence fixtures are taken as they are: members enter, update and
 * leave. All else makes another emulator on the same port, which drops connections and forgets history.
 */
export async function configuredEmulator(
  options: EmulatorOptions,
  { listen, changes$, read, tell }: Following,
): Promise<ConfiguredEmulator> {
  let server = await listen(options);
  let current = options;
  const closing = new AbortController();
  const isClosed = (): boolean => closing.signal.aborted;
  const take = async (): Promise<void> => {
    const next = await read();
    if (isClosed() || isSame(next, current)) return;
    const before = current;
    current = next;
    if (isSame(withoutFixtures(next), withoutFixtures(before))) {
      applyFixtures(server.emulator, before.presenceFixtures ?? {}, next.presenceFixtures ?? {});
      tell('The members of the file are taken; connections stay.');
      return;
    }
    await server.close();
    server = await listen(next, server.port);
    if (isClosed()) await server.close();
    else tell('The settings of the file are taken: connections were dropped, and history is forgotten.');
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
    get server() {
      return server;
    },
    close: async () => {
      closing.abort();
      following.unsubscribe();
      await server.close();
    },
  };
}

const withoutFixtures = ({ presenceFixtures: _, ...options }: EmulatorOptions): object => options;

const isSame = (one: object, other: object): boolean => JSON.stringify(one) === JSON.stringify(other);
