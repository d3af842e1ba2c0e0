import { hostName, isLoopback } from '../../emulator/host/loopback.js';
import { parsed, refuse, UsageError } from '../parse.js';
import { type Callers, callersOf, serverFlags, serverUsage } from './callers.js';
import {
  emulatorFlags,
  type EmulatorPart,
  emulatorPart,
  emulatorUsage,
  emulatorWarning,
  startEmulator,
} from './emulator.js';
import { relayFlags, type RelayPart, relayPart, relayUsage, relayWarning, startRelay } from './relay.js';
import type { Started } from './started.js';

export const usage = `Usage: rx-realtime emulator [options]   starts a local Ably
       rx-realtime relay [options]      starts a local WalletConnect relay

For development and tests; Ctrl-C stops it.

${serverUsage}
${emulatorUsage}
${relayUsage}`;

const flags = { ...serverFlags, ...emulatorFlags, ...relayFlags };

/** A command line that was checked. */
interface Command {
  readonly help: boolean;
  readonly callers: Callers;
  readonly emulator: EmulatorPart | undefined;
  readonly relay: RelayPart | undefined;
}

type Values = ReturnType<typeof parsed<typeof flags>>['values'];

/** Starts the servers that a command line names; they end with a signal. */
export async function serve(args: readonly string[]): Promise<void> {
  const command = commandOf(args);
  if (command.help) {
    console.log(usage);
    return;
  }
  const started = await start(command);
  stopOnSignal(started);
  announce(started, command);
}

function commandOf(args: readonly string[]): Command {
  const { values, positionals } = parsed(args, flags);
  const help = values.help || (positionals.length === 0 && args.length === 0);
  const [name, ...rest] = positionals;
  if (!help && name !== 'emulator' && name !== 'relay') {
    throw new UsageError(name === undefined ? 'No command was given.' : `The command "${name}" is unknown.`);
  }
  if (rest.length > 0) throw new UsageError(`The argument "${rest[0] ?? ''}" is one too many.`);
  const callers = callersOf(values);
  return { help, callers, ...(name === 'relay' ? relayAlone(values) : emulatorWith(values)) };
}

function relayAlone(values: Values): Pick<Command, 'emulator' | 'relay'> {
  refuse(
    values,
    ['key', 'auth', 'relay', 'relay-port', 'replay', 'speed'],
    'does not belong to the relay: use the command emulator',
  );
  return { emulator: undefined, relay: relayPart(values, values.port) };
}

function emulatorWith(values: Values): Pick<Command, 'emulator' | 'relay'> {
  if (!values.relay)
    refuse(
      values,
      ['relay-port', 'project', 'no-jwt'],
      'belongs to the relay: add --relay, or use the command relay',
    );
  return {
    emulator: emulatorPart(values),
    relay: values.relay ? relayPart(values, values['relay-port'] ?? '0') : undefined,
  };
}

/** Starts all servers of the command, or none when one fails. */
async function start({ callers, emulator, relay }: Command): Promise<readonly Started[]> {
  const started: Started[] = [];
  try {
    const beside = relay && (await startRelay(callers, relay));
    if (beside) started.push(beside);
    if (emulator) started.unshift(await startEmulator(callers, emulator, beside?.server));
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

const warningsOf = ({ callers, emulator, relay }: Command): readonly string[] => [
  '  Other machines can reach this address.',
  ...(emulator ? [`  ${emulatorWarning(emulator)}`] : []),
  ...(relay ? [`  ${relayWarning(relay)}`] : []),
  ...(callers.console ? ['  The console shows everything to everybody, and makes faults for them.'] : []),
  ...(callers.allowedHosts.length === 0 ? ['  By another name than this one they need --allow-host.'] : []),
];

function stopOnSignal(started: readonly Started[]): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => started.forEach(({ close }) => void close())); // a second signal ends the process at once
  }
}
