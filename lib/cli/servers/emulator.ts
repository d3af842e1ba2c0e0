import { NEVER } from 'rxjs';
import {
  type EmulatorOptions,
  listen,
  type ListeningRelay,
  type ReplayOptions,
} from '../../emulator/index.js';
import { warn } from '../command.js';
import { configuredEmulator } from '../config/configured-emulator.js';
import { fileChanges } from '../config/file-changes.js';
import { readConfig } from '../config/read-config.js';
import { UsageError } from '../exit.js';
import { numberOf, portOf } from '../parse.js';
import type { Terminal } from '../terminal.js';
import { type Callers, isConsoleServed } from './callers.js';
import type { Started } from './started.js';

export const emulatorFlags = {
  key: { type: 'string', multiple: true },
  auth: { type: 'boolean', default: false },
  sandbox: { type: 'boolean', default: false },
  relay: { type: 'boolean', default: false },
  'relay-port': { type: 'string' },
  config: { type: 'string' },
  watch: { type: 'boolean', default: false },
  'max-connections': { type: 'string' },
  'max-channels': { type: 'string' },
  'max-channels-per-connection': { type: 'string' },
  'max-members-per-channel': { type: 'string' },
} as const;

export const emulatorUsage = `Options of the emulator:
  --key <key>            app.key:secret, may be repeated (default: app.key:secret)
  --auth                 serves /auth, which gives a token to everybody who asks, where others
                         than this machine can ask as well
  --sandbox              serves POST /apps, which gives an app and keys to everybody who asks
  --relay                starts a relay as well, in the same process
  --relay-port <number>  the port of the relay (default: 0, a free one)
  --config <file>        JSON with the options of the emulator: keys, capabilities, namespaces,
                         presenceFixtures and bounds, as dist/emulator.schema.json has them
  --watch                takes the file anew when it changes
  --max-connections <n>, --max-channels <n>, --max-channels-per-connection <n>,
  --max-members-per-channel <n>    bounds of what it serves, as in the file
`;

export interface EmulatorPart {
  readonly port: number;
  readonly keys: readonly string[] | undefined;
  /** True where `/auth` was asked for. */
  readonly auth: boolean;
  /** True where `POST /apps` was asked for. */
  readonly sandbox: boolean;
  /** A file with further options. */
  readonly config: string | undefined;
  /** True where the file is followed. */
  readonly watch: boolean;
  /** Bounds that were given as flags. */
  readonly bounds: EmulatorOptions;
}

interface Values {
  readonly port: string;
  readonly key?: readonly string[] | undefined;
  readonly auth: boolean;
  readonly sandbox: boolean;
  readonly config?: string | undefined;
  readonly watch: boolean;
  readonly 'max-connections'?: string | undefined;
  readonly 'max-channels'?: string | undefined;
  readonly 'max-channels-per-connection'?: string | undefined;
  readonly 'max-members-per-channel'?: string | undefined;
}

/** Flags of bounds, and the options that they give. */
const bounds = {
  'max-connections': 'maxConnections',
  'max-channels': 'maxChannels',
  'max-channels-per-connection': 'maxChannelsPerConnection',
  'max-members-per-channel': 'maxMembersPerChannel',
} as const;

const boundsIn = (values: Values): EmulatorOptions =>
  Object.fromEntries(
    (Object.keys(bounds) as (keyof typeof bounds)[]).flatMap((flag) => {
      const bound = numberOf(flag, values[flag], [0, 2 ** 31 - 1]);
      return bound === undefined ? [] : [[bounds[flag], bound]];
    }),
  );

export function emulatorPart(values: Values): EmulatorPart {
  const { port, key: keys, auth, sandbox, config, watch } = values;
  if (watch && config === undefined)
    throw new UsageError('The option --watch has no file: name one with --config.');
  return {
    ...{ port: portOf(port), keys, auth, sandbox, config, watch },
    bounds: boundsIn(values),
  };
}

/** The terminal of the command, the relay that it has started, and what is played. */
interface Beside {
  readonly terminal: Terminal;
  readonly relay: ListeningRelay | undefined;
  readonly replay: ReplayOptions;
}

export async function startEmulator(
  callers: Callers,
  { port, keys, auth, sandbox, config: file, watch, bounds: flagged }: EmulatorPart,
  { terminal, relay, replay }: Beside,
): Promise<Started> {
  const read = async (): Promise<EmulatorOptions> => {
    const options = file === undefined ? {} : await readConfig(file);
    const given: EmulatorOptions = { ...flagged, ...(keys && { keys }) };
    const twice = Object.keys(given).find((name) => name in options);
    if (twice !== undefined)
      throw new UsageError(
        `There are ${twice} in ${file ?? ''} and on the command line: leave the one or the other out.`,
      );
    return { ...options, ...given };
  };
  const options = await read();
  const running = await configuredEmulator(options, {
    listen: (wanted) =>
      listen({
        ...{ ...wanted, ...callers, port, sandbox, ...(auth && { authServer: true }) },
        ...replay,
        ...(relay && { relay }),
      }),
    changes$: watch && file !== undefined ? fileChanges(file, terminal.scheduler) : NEVER,
    read,
    tell: (text) => {
      warn(terminal, text);
    },
  });
  const { url, key } = running.server;
  const page = isConsoleServed(callers) ? [`  console  ${url}/console/`] : [];
  const shown = (options.keys ?? [key]).map((one) => `  key  ${one}`);
  return {
    lines: ['rx-realtime emulator', `  url  ${url}`, ...shown, ...page],
    warning: warningOf(auth, options.keys !== undefined),
    close: running.close,
  };
}

function warningOf(auth: boolean, hasOwnKeys: boolean): string {
  if (auth) return '/auth gives a token to everybody who asks, whatever the keys are.';
  return hasOwnKeys
    ? 'The emulator serves everybody who knows a key; /auth is off.'
    : 'The emulator serves everybody, because the default key is known: take one of your own with --key.';
}
