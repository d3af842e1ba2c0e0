import { defer, filter, NEVER, startWith, switchMap, takeUntil } from 'rxjs';
import { hostName, isLoopback } from '../../emulator/host/loopback.js';
import { type Command, thenAlways } from '../command.js';
import { UsageError } from '../exit.js';
import { parsed, refuse } from '../parse.js';
import { Signal, type Terminal } from '../terminal.js';
import { type Callers, callersOf, serverFlags, serverUsage } from './callers.js';
import { emulatorFlags, type EmulatorPart, emulatorPart, emulatorUsage, startEmulator } from './emulator.js';
import { relayFlags, type RelayPart, relayPart, relayUsage, startRelay } from './relay.js';
import { replayFlags, replayPart, replayUsage } from './replay.js';
import type { Started } from './started.js';

const usage = `Usage: rx-realtime emulator [options]   starts a local Ably
       rx-realtime relay [options]      starts a local WalletConnect relay

For development and tests; Ctrl-C stops it. To ask one: rx-realtime subscribe --help,
rx-realtime relay subscribe --help.

${serverUsage}
${emulatorUsage}
${relayUsage}
${replayUsage}`;

const flags = { ...serverFlags, ...emulatorFlags, ...relayFlags, ...replayFlags };

/** A command line that was checked. */
interface Serving {
  readonly callers: Callers;
  readonly emulator: EmulatorPart | undefined;
  readonly relay: RelayPart | undefined;
  readonly replayOf: ReturnType<typeof replayPart>;
}

type Servers = Pick<Serving, 'emulator' | 'relay'>;

type Values = ReturnType<typeof parsed<typeof flags>>['values'];

type Name = 'emulator' | 'relay';

/** The command that starts the server of this name, and that one of the other kind where it is asked for; both end with a signal. */
export const serving = (name: Name): Command => ({
  usage,
  run: (args, terminal) => {
    const { stop$ } = terminal;
    const command = servingOf(name, args);
    return defer(() => start(command, terminal)).pipe(
      switchMap((started) =>
        thenAlways(
          NEVER.pipe(
            startWith(announcement(started, command)),
            takeUntil(stop$.pipe(filter((signal) => signal !== Signal.SIGPIPE))), // it serves on, unread
          ),
          () => closeAll(started),
        ),
      ),
    );
  },
});

function servingOf(name: Name, args: readonly string[]): Serving {
  const { values, positionals } = parsed(args, flags);
  if (positionals.length > 0) throw new UsageError(`The argument "${positionals[0] ?? ''}" is one too many.`);
  const callers = callersOf(values);
  const servers = name === 'relay' ? relayAlone(values) : emulatorWith(values);
  const started = [
    ...(servers.emulator ? (['ably'] as const) : []),
    ...(servers.relay ? (['relay'] as const) : []),
  ];
  return { callers, ...servers, replayOf: replayPart(values, started) };
}

function relayAlone(values: Values): Servers {
  refuse(
    values,
    Object.keys(emulatorFlags) as (keyof typeof emulatorFlags)[],
    'does not belong to the relay: use the command emulator',
  );
  return { emulator: undefined, relay: relayPart(values, values.port) };
}

function emulatorWith(values: Values): Servers {
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
async function start(
  { callers, emulator, relay, replayOf }: Serving,
  terminal: Terminal,
): Promise<readonly Started[]> {
  const started: Started[] = [];
  try {
    const beside = relay && (await startRelay(callers, relay, replayOf('relay')));
    if (beside) started.push(beside);
    if (emulator)
      started.unshift(
        await startEmulator(callers, emulator, { terminal, relay: beside?.server, replay: replayOf('ably') }),
      );
    return started;
  } catch (thrown) {
    await closeAll(started);
    if (thrown instanceof TypeError) throw new UsageError(thrown.message);
    throw thrown;
  }
}

function announcement(started: readonly Started[], command: Serving): string {
  const { callers, emulator } = command;
  const isLocal = isLoopback(hostName(callers.host));
  const isAuthServed = emulator !== undefined && (isLocal || emulator.auth);
  return [
    ...started.flatMap(({ lines }) => lines),
    ...(isLocal ? [] : warningsOf(started, command)),
    ...(isAuthServed && callers.allowedOrigins.includes('*')
      ? ['  Any page that a browser of this network shows gets a token from /auth: --allow-origin is *.']
      : []),
    'Ctrl-C stops it.',
  ].join('\n');
}

const warningsOf = (started: readonly Started[], { callers, emulator }: Serving): readonly string[] => [
  '  Other machines can reach this address.',
  ...started.map(({ warning }) => `  ${warning}`),
  ...(callers.console ? ['  The console shows everything to everybody, and makes faults for them.'] : []),
  ...(emulator?.sandbox ? ['  POST /apps gives an app and its keys to everybody who asks.'] : []),
  ...(callers.allowedHosts.length === 0 ? ['  By another name than this one they need --allow-host.'] : []),
];

const closeAll = (started: readonly Started[]): Promise<unknown> =>
  Promise.all(started.map(({ close }) => close()));
