import { concat, defer, map, merge, mergeMap, type Observable, of, takeWhile } from 'rxjs';
import type {
  RecordedEnd,
  RecordedLine,
  RecordedOpening,
  RecordingStart,
  ServerName,
} from './recorded-line.js';
import { nameOf, type SeenConnection, seenConnections, type SeenServer } from './seen-connections.js';

/** Options of a recording. */
export interface RecordingOptions {
  /** In bytes, about: a recording that would become larger ends with the line `full`. Default: 64 MiB. */
  readonly maxBytes?: number;
}

/** A line and its text. */
export interface RecordedText {
  readonly line: RecordedLine;
  readonly text: string;
}

const defaultMaxBytes = 64 * 1024 * 1024;

/**
 * Records the connections of an emulator or a relay, or of several at once: emits a first line, then each frame when it
 * arrives or is sent, and the openings and ends of connections. Keys, tokens and connection keys are taken out. Cold: each
 * subscription is a recording of its own. Completes with the servers, or when it is full.
 * @example
 * const lines: RecordedLine[] = [];
 * recordingOf(memory.emulator).subscribe((line) => lines.push(line));
 * // later: inMemory({ replay: lines }), or a file of JSON lines
 */
export const recordingOf = (
  servers: SeenServer | readonly SeenServer[],
  options: RecordingOptions = {},
): Observable<RecordedLine> => recordedTexts(servers, options).pipe(map(({ line }) => line));

/** The same with the text of each line. */
export const recordedTexts = (
  servers: SeenServer | readonly SeenServer[],
  { maxBytes = defaultMaxBytes }: RecordingOptions,
): Observable<RecordedText> =>
  defer(() => {
    const all = [servers].flat();
    const startedAt = all[0]?.time ?? 0;
    const start: RecordingStart = { version: 1, startedAt, servers: all.map(nameOf) };
    const lines$ = all.map((server) => {
      const elapsed = (): number => server.time - startedAt;
      return seenConnections(server).pipe(mergeMap((seen) => linesOf(seen, elapsed)));
    });
    return concat(of(start), merge(...lines$)).pipe(within(maxBytes));
  });

function linesOf(seen: SeenConnection, elapsed: () => number): Observable<RecordedLine> {
  const { server, id: connection, in$, out$, silent$, ended$ } = seen;
  const place = (): { t: number; server: ServerName; connection: string } => ({
    t: elapsed(),
    server,
    connection,
  });
  return merge(
    of(openingOf(seen, elapsed())),
    merge(in$, out$).pipe(map(({ direction, plain }) => ({ ...place(), direction, frame: plain() }))),
    silent$.pipe(map((on) => ({ ...place(), event: 'silence' as const, on }))),
    ended$.pipe(
      map((end): RecordedEnd => ({
        ...{ ...place(), event: 'close', by: end.by },
        ...(end.by === 'server' && end.code !== undefined && { code: end.code }),
      })),
    ),
  );
}

const openingOf = (
  { server, id: connection, format, clientId, cameFrom }: SeenConnection,
  t: number,
): RecordedOpening => ({
  ...{ t, server, connection, event: 'open', format },
  ...(clientId !== undefined && { clientId }),
  ...(cameFrom !== undefined && { cameFrom }),
});

/** Gives each line its text, and ends after the line `full` in place of the first one that does not fit. */
const within =
  (maxBytes: number) =>
  (lines$: Observable<RecordedLine>): Observable<RecordedText> =>
    defer(() => {
      let bytes = 0;
      return lines$.pipe(
        map((line) => {
          const text = JSON.stringify(line);
          bytes += text.length + 1;
          return bytes <= maxBytes ? { line, text } : fullAt(line);
        }),
        takeWhile(({ line }) => !('event' in line && line.event === 'full'), true),
      );
    });

function fullAt(line: RecordedLine): RecordedText {
  const full = { t: 't' in line ? line.t : 0, event: 'full' as const };
  return { line: full, text: JSON.stringify(full) };
}
