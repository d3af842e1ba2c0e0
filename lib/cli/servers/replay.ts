import { readFileSync } from 'node:fs';
import type { RecordedLine, ReplayOptions } from '../../emulator/index.js';
import { UsageError } from '../exit.js';

export const replayFlags = {
  replay: { type: 'string' },
  speed: { type: 'string' },
} as const;

export const replayUsage = `Options of both:
  --replay <file>        plays a recording of the console to all clients that connect; with
                         --relay each server plays the connections of its own kind
  --speed <number>       plays it so many times as fast
`;

interface Values {
  readonly replay?: string | undefined;
  readonly speed?: string | undefined;
}

type ServerName = Extract<RecordedLine, { readonly event: 'open' }>['server'];

/**
 * The options for a replay of each server that is started; empty without one. A server plays nothing where the recording has
 * connections of the other alone, unless it is the only one.
 */
export function replayPart(
  { replay: file, speed }: Values,
  started: readonly ServerName[],
): (server: ServerName) => ReplayOptions {
  if (file === undefined) {
    if (speed === undefined) return () => ({});
    throw new UsageError('The option --speed belongs to a replay: add --replay.');
  }
  const replay = recordingIn(file);
  const options = { replay, ...(speed !== undefined && { speed: Number(speed) }) };
  const found = started.filter((server) => hasConnectionOf(server, replay));
  const playing = found.length > 0 ? found : started;
  return (server) => (playing.includes(server) ? options : {});
}

function recordingIn(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (thrown) {
    const { code = 'unknown' } = thrown as NodeJS.ErrnoException;
    throw new UsageError(
      `The recording ${file} cannot be read (${code}): name a file of the console's recordings.`,
    );
  }
}

const hasConnectionOf = (server: ServerName, recording: string): boolean =>
  recording.split('\n').some((text) => {
    try {
      const line = JSON.parse(text) as Partial<Record<'event' | 'server', unknown>> | null;
      return line?.event === 'open' && line.server === server;
    } catch {
      return false; // the server that reads it names the line
    }
  });
