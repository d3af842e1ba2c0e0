import { listen } from '../../emulator/index.js';
import { portOf } from '../parse.js';
import type { Callers } from './callers.js';
import type { Started } from './started.js';

export const emulatorFlags = {
  key: { type: 'string', multiple: true },
  auth: { type: 'boolean', default: false },
  relay: { type: 'boolean', default: false },
  'relay-port': { type: 'string' },
} as const;

export const emulatorUsage = `Options of the emulator:
  --key <key>            app.key:secret, may be repeated (default: app.key:secret)
  --auth                 serves /auth, which gives a token to everybody who asks, where others
                         than this machine can ask as well
  --relay                starts a relay as well, in the same process
  --relay-port <number>  the port of the relay (default: 0, a free one)
`;

export interface EmulatorPart {
  readonly port: number;
  readonly keys: readonly string[] | undefined;
  /** True where `/auth` was asked for. */
  readonly auth: boolean;
}

interface Values {
  readonly port: string;
  readonly key?: readonly string[] | undefined;
  readonly auth: boolean;
}

export const emulatorPart = ({ port, key: keys, auth }: Values): EmulatorPart => ({
  port: portOf(port),
  keys,
  auth,
});

export async function startEmulator(callers: Callers, { port, keys, auth }: EmulatorPart): Promise<Started> {
  const server = await listen({ port, ...callers, ...(keys && { keys }), ...(auth && { authServer: true }) });
  const shown = (keys ?? [server.key]).map((key) => `  key  ${key}`);
  return { lines: ['rx-realtime emulator', `  url  ${server.url}`, ...shown], close: () => server.close() };
}

/** Says what other machines can do, because the Host and the Origin keep out pages, and not programs. */
export function emulatorWarning({ keys, auth }: EmulatorPart): string {
  if (auth) return '/auth gives a token to everybody who asks, whatever the keys are.';
  return keys
    ? 'The emulator serves everybody who knows a key; /auth is off.'
    : 'The emulator serves everybody, because the default key is known: take one of your own with --key.';
}
