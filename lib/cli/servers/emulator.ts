import { readFileSync } from 'node:fs';
import { listen, type ListeningRelay } from '../../emulator/index.js';
import { portOf, UsageError } from '../parse.js';
import { type Callers, isConsoleServed } from './callers.js';
import type { Started } from './started.js';

export const emulatorFlags = {
  key: { type: 'string', multiple: true },
  auth: { type: 'boolean', default: false },
  relay: { type: 'boolean', default: false },
  'relay-port': { type: 'string' },
  replay: { type: 'string' },
  speed: { type: 'string' },
} as const;

export const emulatorUsage = `Options of the emulator:
  --key <key>            app.key:secret, may be repeated (default: app.key:secret)
  --auth                 serves /auth, which gives a token to everybody who asks, where others
                         than this machine can ask as well
  --relay                starts a relay as well, in the same process
  --relay-port <number>  the port of the relay (default: 0, a free one)
  --replay <file>        plays a recording of the console to all clients that connect
  --speed <number>       plays it so many times as fast
`;

export interface EmulatorPart {
  readonly port: number;
  readonly keys: readonly string[] | undefined;
  /** True where `/auth` was asked for. */
  readonly auth: boolean;
  /** Text of a recording. */
  readonly replay: string | undefined;
  readonly speed: number | undefined;
}

interface Values {
  readonly replay?: string | undefined;
  readonly speed?: string | undefined;
  readonly port: string;
  readonly key?: readonly string[] | undefined;
  readonly auth: boolean;
}

export function emulatorPart({ port, key: keys, auth, replay, speed }: Values): EmulatorPart {
  if (speed !== undefined && replay === undefined)
    throw new UsageError('The option --speed belongs to a replay: add --replay.');
  return {
    ...{ port: portOf(port), keys, auth },
    replay: replay === undefined ? undefined : recordingIn(replay),
    speed: speed === undefined ? undefined : Number(speed),
  };
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

export async function startEmulator(
  callers: Callers,
  { port, keys, auth, replay, speed }: EmulatorPart,
  relay?: ListeningRelay,
): Promise<Started> {
  const server = await listen({
    ...{ port, ...callers, ...(keys && { keys }), ...(auth && { authServer: true }) },
    ...(replay !== undefined && { replay }),
    ...(speed !== undefined && { speed }),
    ...(relay && { relay }),
  });
  const page = isConsoleServed(callers) ? [`  console  ${server.url}/console/`] : [];
  const shown = (keys ?? [server.key]).map((key) => `  key  ${key}`);
  return {
    lines: ['rx-realtime emulator', `  url  ${server.url}`, ...shown, ...page],
    close: () => server.close(),
  };
}

/** Says what other machines can do, because the Host and the Origin keep out pages, and not programs. */
export function emulatorWarning({ keys, auth }: EmulatorPart): string {
  if (auth) return '/auth gives a token to everybody who asks, whatever the keys are.';
  return keys
    ? 'The emulator serves everybody who knows a key; /auth is off.'
    : 'The emulator serves everybody, because the default key is known: take one of your own with --key.';
}
