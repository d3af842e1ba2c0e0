#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { hostName, isLoopback } from './emulator/host/loopback.js';
import { listen, listenRelay } from './emulator/index.js';

const usage = `Usage: rx-realtime emulator [options]   starts a local Ably
       rx-realtime relay [options]      starts a local WalletConnect relay

For development and tests; Ctrl-C stops it.

  --port <number>        the port to listen on (default: 0, a free one)
  --host <name>          the address to listen on (default: 127.0.0.1)
  --allow-host <name>    a Host to let in beside localhost, may be repeated
  --allow-origin <url>   an origin of pages to let in beside localhost, may be repeated
  --help                 shows this text

Options of the emulator:
  --key <key>            app.key:secret, may be repeated (default: app.key:secret)
  --auth                 serves /auth, which gives a token to everybody who asks, where others
                         than this machine can ask as well
  --sandbox              serves POST /apps, which gives an app and keys to everybody who asks
  --relay                starts a relay as well, in the same process
  --relay-port <number>  the port of the relay (default: 0, a free one)

Options of the relay:
  --project <id>         an admitted project id, may be repeated (default: all)
  --no-jwt               admits clients without a JWT
`;

const options = {
  port: { type: 'string', default: '0' },
  host: { type: 'string', default: '127.0.0.1' },
  'allow-host': { type: 'string', multiple: true },
  'allow-origin': { type: 'string', multiple: true },
  key: { type: 'string', multiple: true },
  auth: { type: 'boolean', default: false },
  sandbox: { type: 'boolean', default: false },
  relay: { type: 'boolean', default: false },
  'relay-port': { type: 'string' },
  project: { type: 'string', multiple: true },
  'no-jwt': { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** A mistake on the command line; ends the process with code 2. */
class UsageError extends Error {}

/** A command line that was checked. */
interface Command {
  readonly help: boolean;
  readonly callers: Callers;
  readonly emulator: EmulatorPart | undefined;
  readonly relay: RelayPart | undefined;
}

/** The address to listen on, and the callers that are let in there. */
interface Callers {
  readonly host: string;
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

interface EmulatorPart {
  readonly port: number;
  readonly keys: readonly string[] | undefined;
  /** True where `/auth` was asked for. */
  readonly auth: boolean;
  /** True where `/apps` was asked for. */
  readonly sandbox: boolean;
}

interface RelayPart {
  readonly port: number;
  readonly projects: readonly string[] | undefined;
  readonly checkJwt: boolean;
}

type Values = ReturnType<typeof parsed>['values'];

function commandOf(args: readonly string[]): Command {
  const { values, positionals } = parsed(args);
  const help = values.help || (positionals.length === 0 && args.length === 0);
  const [name, ...rest] = positionals;
  if (!help && name !== 'emulator' && name !== 'relay') {
    throw new UsageError(name === undefined ? 'No command was given.' : `The command "${name}" is unknown.`);
  }
  if (rest.length > 0) throw new UsageError(`The argument "${rest[0] ?? ''}" is one too many.`);
  const { host, 'allow-host': allowedHosts = [], 'allow-origin': allowedOrigins = [] } = values;
  const callers = { host, allowedHosts, allowedOrigins };
  return { help, callers, ...(name === 'relay' ? relayAlone(values) : emulatorWith(values)) };
}

function relayAlone(values: Values): Pick<Command, 'emulator' | 'relay'> {
  refuse(
    values,
    ['key', 'auth', 'sandbox', 'relay', 'relay-port'],
    'does not belong to the relay: use the command emulator',
  );
  return { emulator: undefined, relay: relayPart(values, values.port) };
}

function emulatorWith(values: Values): Pick<Command, 'emulator' | 'relay'> {
  const { port, key: keys, auth, sandbox, relay } = values;
  if (!relay)
    refuse(
      values,
      ['relay-port', 'project', 'no-jwt'],
      'belongs to the relay: add --relay, or use the command relay',
    );
  return {
    emulator: { port: portOf(port), keys, auth, sandbox },
    relay: relay ? relayPart(values, values['relay-port'] ?? '0') : undefined,
  };
}

const relayPart = (values: Values, port: string): RelayPart => ({
  port: portOf(port),
  projects: values.project,
  checkJwt: !values['no-jwt'],
});

/** Throws a UsageError when an option is given that would have no effect. */
function refuse(values: Values, names: readonly (keyof Values)[], why: string): void {
  const found = names.find((name) => values[name] !== undefined && values[name] !== false);
  if (found !== undefined) throw new UsageError(`The option --${found} ${why}.`);
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (thrown) {
    throw new UsageError(thrown instanceof Error ? thrown.message : String(thrown));
  }
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) < 65_536) return Number(text);
  throw new UsageError(`The port "${text}" is not valid: give a number from 0 to 65535.`);
}

/** A server that listens. */
interface Started {
  readonly lines: readonly string[];
  readonly close: () => Promise<void>;
}

async function startEmulator(
  callers: Callers,
  { port, keys, auth, sandbox }: EmulatorPart,
): Promise<Started> {
  const server = await listen({
    ...{ port, ...callers, sandbox },
    ...(keys && { keys }),
    ...(auth && { authServer: true }),
  });
  const shown = (keys ?? [server.key]).map((key) => `  key  ${key}`);
  return { lines: ['rx-realtime emulator', `  url  ${server.url}`, ...shown], close: () => server.close() };
}

async function startRelay(callers: Callers, { port, projects, checkJwt }: RelayPart): Promise<Started> {
  const server = await listenRelay({ port, ...callers, checkJwt, ...(projects && { projects }) });
  const shown = (projects ?? []).map((project) => `  project  ${project}`);
  return { lines: ['rx-realtime relay', `  url  ${server.url}`, ...shown], close: () => server.close() };
}

/** Starts all servers of the command, or none when one fails. */
async function start({ callers, emulator, relay }: Command): Promise<readonly Started[]> {
  const started: Started[] = [];
  try {
    if (emulator) started.push(await startEmulator(callers, emulator));
    if (relay) started.push(await startRelay(callers, relay));
    return started;
  } catch (thrown) {
    await Promise.all(started.map(({ close }) => close()));
    if (thrown instanceof TypeError) throw new UsageError(thrown.message);
    throw thrown;
  }
}

function announce(started: readonly Started[], command: Command): void {
  console.log(started.flatMap(({ lines }) => lines).join('\n'));
  if (!isLoopback(hostName(command.callers.host))) console.log(warningsOf(command).join('\n'));
  console.log('Ctrl-C stops it.');
}

/** Says what other machines can do, because the Host and the Origin keep out pages, and not programs. */
const warningsOf = ({ callers, emulator, relay }: Command): readonly string[] => [
  '  Other machines can reach this address.',
  ...(emulator ? [`  ${warningOf(emulator)}`] : []),
  ...(relay ? [`  The relay serves everybody${relay.projects ? ' who knows a project id' : ''}.`] : []),
  ...(callers.allowedHosts.length === 0 ? ['  By another name than this one they need --allow-host.'] : []),
];

function warningOf({ keys, auth }: EmulatorPart): string {
  if (auth) return '/auth gives a token to everybody who asks, whatever the keys are.';
  return keys
    ? 'The emulator serves everybody who knows a key; /auth is off.'
    : 'The emulator serves everybody, because the default key is known: take one of your own with --key.';
}

function stopOnSignal(started: readonly Started[]): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => started.forEach(({ close }) => void close())); // a second signal ends the process at once
  }
}

async function main(args: readonly string[]): Promise<void> {
  const command = commandOf(args);
  if (command.help) {
    console.log(usage);
    return;
  }
  const started = await start(command);
  stopOnSignal(started);
  announce(started, command);
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const wrong = thrown instanceof UsageError;
  console.error(`rx-realtime: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  if (wrong) console.error(`\n${usage}`);
  process.exitCode = wrong ? 2 : 1;
});
